import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loginText } from '../../src/registry/auth/credentials-file.ts';
import { AWS_LOGIN } from '../servers/aws-kms.ts';
import {
  AZURE_CLIENT,
  AZURE_IDENTITY,
  AZURE_TENANT,
  AZURE_TOKEN,
  startAzureVault,
} from '../servers/azure-vault.ts';
import { ACR, ECR, PASSWORD, PROFILE } from '../servers/cloud-registries.ts';
import { type Answer, type Asked, listen } from '../servers/listen.ts';
import { machine } from './cloud-machine.ts';

const ROLE = 'marked-role';
const POD_TOKEN = 'marked-pod-token';
const SESSION = 'marked-metadata-session';
const KEYS = {
  Code: 'Success',
  AccessKeyId: AWS_LOGIN.id,
  SecretAccessKey: AWS_LOGIN.secret,
  Token: AWS_LOGIN.token,
  Expiration: new Date(Date.now() + 3_600_000).toISOString(),
};

describe("the machine's own identity logs in to", () => {
  it("ECR, by the instance's metadata service, version 2 alone", async () => {
    const url = await listen(instance);
    const { login } = await machine({
      AWS_EC2_METADATA_DISABLED: '',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
    });
    await expectEcr(login);
  });

  it.each([
    ["a task's role on ECS", async () => ({ AWS_CONTAINER_AUTHORIZATION_TOKEN: POD_TOKEN })],
    [
      "a pod's identity on EKS",
      async () => ({ AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: await fileWith(POD_TOKEN) }),
    ],
  ])('ECR, by %s', async (_, token) => {
    const url = await listen(container);
    const { login } = await machine({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials`,
      ...(await token()),
    });
    await expectEcr(login);
  });

  it('nothing, where a container names a host that may not be asked without TLS', async () => {
    const env = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://credentials.example/v1',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: POD_TOKEN,
    };
    const { login, asked } = await machine(env);
    expect([await login(ECR), asked]).toEqual([undefined, []]);
  });

  it("ACR, by a virtual machine's metadata service", async () => {
    const url = await listen(azureInstance);
    const env = { AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential' };
    await expectAcr((await machine(env, { 'http://169.254.169.254': url })).login);
  });

  it("ACR, by an app's managed identity", async () => {
    const { url } = await startAzureVault([], { resource: 'https://containerregistry.azure.net' });
    const env = {
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
      IDENTITY_ENDPOINT: `${url}/msi/token`,
      IDENTITY_HEADER: 'marked-identity-header',
    };
    await expectAcr((await machine(env, { [url]: url })).login);
  });

  it.each([
    [PROFILE, { id: PROFILE }],
    ['crn:v1:profile', { crn: 'crn:v1:profile' }],
  ])("IBM's registry, by a virtual server's metadata service, as %s", async (profile, named) => {
    const url = await listen(request => virtualServer(request, named));
    const { login, secrets } = await machine(
      { IBMCLOUD_CR_PROFILE: profile },
      { 'http://169.254.169.254': url },
    );
    const credential = await login('de.icr.io');
    expect(credential).toMatchObject({ username: 'iambearer', password: PASSWORD });
    expect(loginText(credential)).toBe(`as IBM's trusted profile ${profile}`);
    expect(secrets).toContain(SESSION);
  });

  it("ACR, by a pod's workload identity", async () => {
    const env = {
      AZURE_TOKEN_CREDENTIALS: 'WorkloadIdentityCredential',
      AZURE_TENANT_ID: AZURE_TENANT,
      AZURE_CLIENT_ID: AZURE_CLIENT,
      AZURE_FEDERATED_TOKEN_FILE: await fileWith(AZURE_IDENTITY),
    };
    await expectAcr((await machine(env)).login);
  });
});

type Login = Awaited<ReturnType<typeof machine>>['login'];

async function expectEcr(login: Login): Promise<void> {
  const credential = await login(ECR);
  expect(credential).toMatchObject({ username: 'AWS', password: PASSWORD });
  expect(loginText(credential)).toBe(`as AWS access key ${AWS_LOGIN.id}`);
}

async function expectAcr(login: Login): Promise<void> {
  expect(await login(ACR)).toMatchObject({ kind: 'identity-token', token: PASSWORD });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html */
function instance({ method, url, headers }: Asked): Answer {
  if (url === '/latest/api/token')
    return method === 'PUT' && Number(headers['x-aws-ec2-metadata-token-ttl-seconds']) > 0
      ? { status: 200, body: SESSION }
      : { status: 400, body: '' };
  // Without a session it is version 1, which machines switch off.
  if (headers['x-aws-ec2-metadata-token'] !== SESSION) return { status: 401, body: '' };
  const list = '/latest/meta-data/iam/security-credentials/';
  if (url === list) return { status: 200, body: ROLE };
  return url === `${list}${ROLE}` ? { status: 200, body: KEYS } : { status: 404, body: '' };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
function container({ url, headers }: Asked): Answer {
  if (url !== '/v1/credentials' || headers.authorization !== POD_TOKEN) return { status: 401, body: {} };
  return { status: 200, body: KEYS };
}

/** https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token */
function azureInstance({ url, headers }: Asked): Answer {
  const { pathname, searchParams } = new URL(url, 'http://x');
  if (headers.metadata !== 'true' || pathname !== '/metadata/identity/oauth2/token')
    return { status: 400, body: {} };
  const wanted = ['https://containerregistry.azure.net', 'https://containerregistry.azure.net/'];
  const isMeant = wanted.includes(searchParams.get('resource') ?? '');
  if (searchParams.get('api-version') !== '2018-02-01' || !isMeant) return { status: 400, body: {} };
  const expires_on = `${Math.floor(Date.now() / 1000) + 3600}`;
  const body = { access_token: AZURE_TOKEN, expires_in: '3600', expires_on, token_type: 'Bearer' };
  return { status: 200, body: { ...body, resource: wanted[0] } };
}

/** https://cloud.ibm.com/apidocs/vpc-metadata */
function virtualServer({ method, url, headers, body }: Asked, named: object): Answer {
  const version = '?version=2022-03-01';
  if (method === 'PUT' && url === `/instance_identity/v1/token${version}`)
    return headers['metadata-flavor'] === 'ibm'
      ? { status: 200, body: { access_token: SESSION, expires_in: 300 } }
      : { status: 403, body: {} };
  const isMeant = method === 'POST' && url === `/instance_identity/v1/iam_token${version}`;
  const asked = isMeant ? JSON.parse(`${body}`).trusted_profile : undefined;
  if (headers.authorization !== `Bearer ${SESSION}` || JSON.stringify(asked) !== JSON.stringify(named))
    return { status: 401, body: {} };
  return { status: 200, body: { access_token: PASSWORD, expires_in: 3600 } };
}

async function fileWith(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-metadata-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'token');
  await writeFile(path, text);
  return path;
}
