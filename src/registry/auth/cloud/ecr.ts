import { createHash, createHmac } from 'node:crypto';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { fromWebToken } from '@aws-sdk/credential-provider-web-identity';
import { SignatureV4 } from '@smithy/signature-v4';
import { PromoteError, rethrowDefect } from '../../../errors.ts';
import { isAwsBusy } from '../../../http/clouds/aws-busy.ts';
import { awsHandler } from '../../../http/clouds/aws-handler.ts';
import { ecrHost } from '../../../oci/ecr-host.ts';
import { askCloud, type CloudLogin, type CloudPlace, githubToken, refusedLogin } from './place.ts';

const CLOUD = 'Amazon ECR';
const HINT = 'the identity needs ecr:GetAuthorizationToken on *';
const PUBLIC_HINT = 'the identity needs ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken on *';

/** An API that gives out logins. */
interface EcrApi {
  readonly url: URL;
  readonly region: string;
  readonly service: string;
  readonly target: string;
  readonly hint: string;
}

/**
 * Logs in to a registry of Amazon ECR with the identity that Amazon's own tools find; `undefined` where there
 * is none. In GitHub Actions `AWS_ROLE_ARN` suffices.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
 */
export async function ecrLogin(place: CloudPlace, host: string): Promise<CloudLogin | undefined> {
  const api = apiOf(host);
  const identity = await identityOf(place, api.region);
  if (identity === undefined) return undefined;
  if (identity.sessionToken !== undefined) place.onSecret(identity.sessionToken);
  const body = '{}';
  const signer = new SignatureV4({
    service: api.service,
    region: api.region,
    credentials: identity,
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'https:',
    hostname: api.url.hostname,
    path: '/',
    query: {},
    headers: { host: api.url.host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': api.target },
    body,
  });
  const { host: _, ...sent } = headers;
  const asked = {
    cloud: CLOUD,
    hint: api.hint,
    isBusy: isAwsBusy,
    method: 'POST',
    url: api.url,
    headers: sent,
    body,
  } as const;
  const { authorizationData } = await askCloud(place, asked);
  const [given] = [authorizationData].flat();
  const { authorizationToken, expiresAt } = Object(given);
  const [, username, password] =
    /^([^:]+):(.+)$/.exec(Buffer.from(`${authorizationToken}`, 'base64').toString()) ?? [];
  if (username === undefined || password === undefined)
    throw refusedLogin(CLOUD, `${api.url.host} gave no login`, 'run it again');
  place.onSecret(password);
  const { accessKeyId, accountId } = identity;
  const who = `AWS access key ${accessKeyId}${accountId === undefined ? '' : ` of account ${accountId}`}`;
  return {
    credential: { kind: 'basic', username, password, identity: who },
    // In seconds, as in every answer of this protocol.
    until: typeof expiresAt === 'number' ? expiresAt * 1000 : place.now() + 3_600_000,
  };
}

function apiOf(host: string): EcrApi {
  const target = (service: string) => `${service}.GetAuthorizationToken`;
  const registry = ecrHost(host);
  if (registry === undefined) {
    return {
      url: new URL('https://api.ecr-public.us-east-1.amazonaws.com/'),
      region: 'us-east-1',
      service: 'ecr-public',
      target: target('SpencerFrontendService'),
      hint: PUBLIC_HINT,
    };
  }
  return {
    url: new URL(`https://${registry.api}/`),
    region: registry.region,
    service: 'ecr',
    target: target('AmazonEC2ContainerRegistry_V20150921'),
    hint: HINT,
  };
}

interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly accountId?: string;
}

async function identityOf(place: CloudPlace, region: string): Promise<AwsIdentity | undefined> {
  const { variables } = place;
  const clientConfig = {
    region,
    requestHandler: awsHandler({ ...place, isBusy: isAwsBusy }),
    maxAttempts: 1,
  };
  const { AWS_ROLE_ARN: roleArn, AWS_ROLE_SESSION_NAME: roleSessionName = 'promote' } = variables;
  try {
    // As in the official action: a role and the job's own token, without a token file.
    if (roleArn && !variables.AWS_WEB_IDENTITY_TOKEN_FILE && !variables.AWS_ACCESS_KEY_ID) {
      const webIdentityToken = await githubToken(place, 'sts.amazonaws.com');
      if (webIdentityToken !== undefined)
        return await fromWebToken({ roleArn, roleSessionName, webIdentityToken, clientConfig })();
    }
    return await defaultProvider({ clientConfig })();
  } catch (error) {
    rethrowDefect(error);
    if (error instanceof PromoteError) throw error;
    const { name } = error instanceof Error ? error : { name: 'unknown' };
    if (name === 'CredentialsProviderError') return undefined;
    const hint =
      'set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE, or a login as for `aws ecr get-login-password`';
    throw refusedLogin(CLOUD, `AWS refuses the identity (${name})`, hint);
  }
}

/** SHA-256 with the library's interface. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('the hash is used once');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
