import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { askCloud } from '../../src/registry/auth/cloud/place.ts';
import { withCloudLogins } from '../../src/registry/auth/cloud-credentials.ts';
import { loginText } from '../../src/registry/auth/credentials-file.ts';
import { AWS_LOGIN } from '../servers/aws-kms.ts';
import { AZURE_CLIENT, AZURE_SECRET, AZURE_TENANT } from '../servers/azure-vault.ts';
import { ACR, ECR, JOB, OCIR, ORACLE, PASSWORD, PROFILE } from '../servers/cloud-registries.ts';
import { GOOGLE_TOKEN, startGoogleKms } from '../servers/google-kms.ts';
import { keyPlace } from '../signing/kms/place.ts';
import { AWS, machine, ROLE } from './cloud-machine.ts';

const AZURE = { AZURE_TENANT_ID: AZURE_TENANT, AZURE_CLIENT_ID: AZURE_CLIENT };
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const PEM = `${ORACLE.privateKey.export({ type: 'pkcs8', format: 'pem' })}`;

describe('the identity at hand logs in to', () => {
  it.each<[string, Readonly<Record<string, string>>, string, string]>([
    [ECR, AWS, 'AWS', 'as AWS access key AKIAIOSFODNN7EXAMPLE'],
    [ECR, ROLE, 'AWS', 'as AWS access key AKIAIOSFODNN7EXAMPLE'],
    [
      '111122223333.dkr.ecr-fips.us-east-1.amazonaws.com',
      AWS,
      'AWS',
      'as AWS access key AKIAIOSFODNN7EXAMPLE',
    ],
    ['public.ecr.aws', AWS, 'AWS', 'as AWS access key AKIAIOSFODNN7EXAMPLE'],
    ['de.icr.io', { IBMCLOUD_API_KEY: PASSWORD }, 'iamapikey', "as IBM's iamapikey (IBMCLOUD_API_KEY)"],
    [
      'icr.io',
      { IBMCLOUD_CR_TOKEN: 'marked-compute-token', IBMCLOUD_CR_PROFILE: PROFILE },
      'iambearer',
      `as IBM's trusted profile ${PROFILE}`,
    ],
  ])('%s, with %j', async (host, env, username, text) => {
    const { login, secrets } = await machine(env);
    const credential = await login(host);
    expect(credential).toMatchObject({ kind: 'basic', username, password: PASSWORD });
    expect(loginText(credential)).toBe(text);
    expect(secrets).toContain(PASSWORD);
  });

  it.each([
    ['a secret', { ...AZURE, AZURE_CLIENT_SECRET: AZURE_SECRET }],
    ["a GitHub job's token", { ...AZURE, ...JOB }],
  ])('Azure, with %s, and its registry grants a token', async (_, env) => {
    const { login, open, asked } = await machine(env);
    expect(await login(ACR)).toMatchObject({ kind: 'identity-token', token: PASSWORD });
    expect(await open(`${ACR}/shop/api`).head('1.0')).toBeUndefined();
    expect(asked.filter(line => line.endsWith('/oauth2/exchange'))).toHaveLength(1);
  });

  it('ECR, which is asked for one login in a run', async () => {
    const { open, asked } = await machine(AWS);
    for (const tag of ['1', '2', '3']) expect(await open(`${ECR}/api`).head(tag)).toBeUndefined();
    expect(asked.filter(line => line.startsWith('api.ecr.'))).toHaveLength(1);
  });

  it('ECR again before the login ends', async () => {
    const { login, asked, pass } = await machine(AWS);
    await Promise.all([login(ECR), login(ECR)]);
    pass(11 * 3_600_000);
    await login(ECR);
    expect(asked).toHaveLength(1);
    pass(3_600_000);
    await login(ECR);
    expect(asked).toHaveLength(2);
  });

  it('Google, by a service account and by the machine', async () => {
    const google = await startGoogleKms([], { scope: SCOPE });
    const file = join(await directory(), 'account.json');
    await writeFile(file, google.account);
    for (const [env, who] of [
      [{ GOOGLE_APPLICATION_CREDENTIALS: file }, 'as Google promote@acme.iam.gserviceaccount.com'],
      [
        { GCE_METADATA_HOST: new URL(google.url).host, METADATA_SERVER_DETECTION: 'assume-present' },
        "as Google's application default credentials",
      ],
    ] as const) {
      const { login } = await machine(env, google.hosts);
      const credential = await login('europe-docker.pkg.dev');
      expect(credential).toMatchObject({ username: 'oauth2accesstoken', password: GOOGLE_TOKEN });
      expect(loginText(credential)).toBe(who);
    }
  });

  it.each([
    [
      'a key',
      `user=${ORACLE.user}\nfingerprint=${ORACLE.fingerprint}\ntenancy=${ORACLE.tenancy}\n`,
      ORACLE.user,
    ],
    ['a session', 'security_token_file=~/token\n', 'session'],
  ])("Oracle, with %s of the oci command's configuration", async (_, lines, who) => {
    const home = await directory();
    await writeFile(join(home, 'key.pem'), PEM);
    await writeFile(join(home, 'token'), `${ORACLE.session}\n`);
    const config = join(home, 'config');
    await writeFile(config, `[OTHER]\nuser=nobody\n[DEFAULT]\n${lines}key_file=~/key.pem\n`);
    const { login } = await machine({ OCI_CLI_CONFIG_FILE: config, HOME: home });
    const credential = await login(OCIR);
    expect(credential).toMatchObject({ username: 'BEARER_TOKEN', password: PASSWORD });
    expect(loginText(credential)).toContain(who);
  });

  it.each<[string, string | undefined, string]>([
    ['a variable', 'instance_principal', ''],
    ['the configuration', undefined, '[DEFAULT]\nauthentication_type=instance_principal\n'],
  ])('Oracle, as the instance that it is, where %s asks for it', async (_, OCI_CLI_AUTH, text) => {
    const config = join(await directory(), 'config');
    await writeFile(config, text);
    const env = { OCI_CLI_CONFIG_FILE: config, ...(OCI_CLI_AUTH && { OCI_CLI_AUTH }) };
    const { login, asked, secrets } = await machine(env);
    const credential = await login(OCIR);
    expect(credential).toMatchObject({ username: 'BEARER_TOKEN', password: PASSWORD });
    expect(loginText(credential)).toBe("as Oracle's instance principal");
    expect(asked).toContain('auth.eu-frankfurt-1.oraclecloud.com POST /v1/x509');
    expect(secrets).toContainEqual(expect.stringContaining('PRIVATE KEY'));
    expect(secrets).toContainEqual(expect.stringContaining('marked-session-'));
  });

  it('Oracle, never as the instance without being asked to', async () => {
    const { login, asked } = await machine({});
    expect([await login(OCIR), asked]).toEqual([undefined, []]);
  });

  it('Oracle, as the resource that it is', async () => {
    const env = { OCI_RESOURCE_PRINCIPAL_RPST: ORACLE.session, OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM: PEM };
    expect(await (await machine(env)).login(OCIR)).toMatchObject({ username: 'BEARER_TOKEN' });
  });
});

it.each([ECR, 'public.ecr.aws', 'gcr.io', ACR, OCIR, 'icr.io'])(
  'without an identity, nobody is logged in to %s',
  async host => {
    const { login, refused, asked } = await machine({});
    expect(await login(host)).toBeUndefined();
    expect([refused, asked]).toEqual([[], []]);
  },
);

it.each<[string, Readonly<Record<string, string>>]>([
  [ECR, { ...AWS, AWS_SECRET_ACCESS_KEY: 'another-secret-key' }],
  [ECR, { ...ROLE, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'another-bearer' }],
  [ACR, { ...AZURE, AZURE_CLIENT_SECRET: 'another-secret' }],
  [OCIR, { OCI_RESOURCE_PRINCIPAL_RPST: 'another-token', OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM: PEM }],
  ['icr.io', { IBMCLOUD_CR_TOKEN: 'another-token', IBMCLOUD_CR_PROFILE: PROFILE }],
])('a refused identity is told once, without a secret: %s, %j', async (host, env) => {
  const { login, refused } = await machine(env);
  expect([await login(host), await login(host)]).toEqual([undefined, undefined]);
  expect(refused).toMatchObject([{ code: 'UNAUTHORIZED', hint: expect.any(String) }]);
  const said = refused.map(({ message, hint }) => `${message} ${hint}`).join();
  for (const secret of [...Object.values(env), AWS_LOGIN.token]) {
    if (!Object.values(AZURE).includes(secret)) expect(said).not.toContain(secret);
  }
});

it('what a service says is a word, or nothing of it is told', async () => {
  const { http } = keyPlace({});
  const asked = {
    cloud: 'a cloud',
    hint: 'h',
    method: 'GET',
    url: new URL('https://login.example/'),
  } as const;
  for (const [body, said] of [
    [{ error: 'invalid_grant' }, ' (invalid_grant)'],
    [{ error: `the token ${PASSWORD} is refused` }, ''],
    [`<p>${PASSWORD}</p>`, ''],
  ] as const) {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const answer = { kind: 'response', status: 400, headers: {}, url: asked.url, bytes } as const;
    const place = { ...elsewhere(), http: { ...http, send: async () => answer } };
    const error = { code: 'UNAUTHORIZED', message: `log in to a cloud: login.example answered 400${said}` };
    await expect(askCloud(place, asked)).rejects.toMatchObject(error);
  }
});

it('a configured login comes first, and no other host is looked at', async () => {
  const { http } = keyPlace({});
  const own = { kind: 'basic', username: 'robot', password: 'x' } as const;
  const place = { ...elsewhere(), http };
  expect(await withCloudLogins(async () => own, place)(parseRepositoryName(`${ECR}/api`))).toBe(own);
  const none = withCloudLogins(async () => undefined, place);
  for (const host of [
    'ghcr.io',
    'evil-amazonaws.com',
    'amazonaws.com.evil.io',
    'xazurecr.io',
    's3.amazonaws.com',
  ])
    expect(await none(parseRepositoryName(`${host}/api`))).toBeUndefined();
});

function elsewhere() {
  const fails = () => {
    throw new Error('it is not asked here');
  };
  return { variables: AWS, now: Date.now, onSecret: fails, onRefused: fails };
}

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'promote-cloud-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}
