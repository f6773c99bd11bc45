import { generateKeyPairSync, verify } from 'node:crypto';
import { AWS_IDENTITY, AWS_LOGIN, assumeRole } from './aws-kms.ts';
import { AZURE_IDENTITY, AZURE_TOKEN, startAzureVault } from './azure-vault.ts';
import { type Answer, type Asked, listen } from './listen.ts';
import { ORACLE_METADATA, oracleInstance, oracleSession } from './oracle-instance.ts';
import { refuseSignature } from './signature-v4.ts';

export const ECR = '111122223333.dkr.ecr.eu-central-1.amazonaws.com';
export const ACR = 'acme.azurecr.io';
export const OCIR = 'fra.ocir.io';
export const PASSWORD = 'marked-registry-password';
const GITHUB = 'pipelines.actions.githubusercontent.com';
export const PROFILE = 'Profile-1234';
const BEARER = 'marked-request-token';
const CR_TOKEN = 'marked-compute-token';

/** What a GitHub job may ask for tokens by. */
export const JOB = {
  ACTIONS_ID_TOKEN_REQUEST_URL: `https://${GITHUB}/idtoken?api-version=2.0`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER,
};

/** Oracle's key that requests are signed with. */
export const ORACLE = {
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
  tenancy: 'ocid1.tenancy.oc1..t',
  user: 'ocid1.user.oc1..u',
  fingerprint: '20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34',
  session: 'marked-session-token',
};

/** The login services of clouds' registries, by the hosts that they stand for, and what was asked. */
export interface CloudRegistries {
  readonly hosts: Readonly<Record<string, string>>;
  readonly asked: string[];
}

/**
 * Each as documented: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html,
 * https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_GetAuthorizationToken.html,
 * https://azure.github.io/acr/AAD-OAuth.html, https://docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm,
 * https://cloud.ibm.com/apidocs/iam-identity-token-api and https://docs.github.com/en/actions/reference/security/oidc.
 * Signatures are recomputed, and audiences are asked for. Amazon first answers what is `busy`. ECR and ACR also are registries, which want that login.
 */
export async function startCloudRegistries(busy: readonly Answer[] = []): Promise<CloudRegistries> {
  const left = [...busy];
  const asked: string[] = [];
  const azure = await startAzureVault([], { resource: 'https://containerregistry.azure.net' });
  const url = await listen(request => {
    const { host = '' } = request.headers;
    asked.push(`${host} ${request.method} ${request.url.replace(/\?.*/, '')}`);
    const first = host.endsWith('.amazonaws.com') ? left.shift() : undefined;
    return first ?? (SERVICES[host] ?? oracleInstance(host))?.(request) ?? { status: 404, body: {} };
  });
  const own = Object.fromEntries([...Object.keys(SERVICES), ORACLE_METADATA].map(host => [host, url]));
  return { hosts: { ...azure.hosts, ...own }, asked };
}

const SERVICES: Readonly<Record<string, (request: Asked) => Answer>> = {
  'api.ecr.eu-central-1.amazonaws.com': request =>
    ecr(request, 'AmazonEC2ContainerRegistry_V20150921', { region: 'eu-central-1', service: 'ecr' }),
  'ecr-fips.us-east-1.amazonaws.com': request =>
    ecr(request, 'AmazonEC2ContainerRegistry_V20150921', { region: 'us-east-1', service: 'ecr' }),
  'api.ecr-public.us-east-1.amazonaws.com': request =>
    ecr(request, 'SpencerFrontendService', { region: 'us-east-1', service: 'ecr-public' }),
  'sts.eu-central-1.amazonaws.com': assumeRole,
  [GITHUB]: github,
  [ECR]: request =>
    registry(request, `Basic ${Buffer.from(`AWS:${PASSWORD}`).toString('base64')}`, 'Basic realm="x"'),
  [ACR]: acr,
  [OCIR]: ocir,
  'auth.eu-frankfurt-1.oraclecloud.com': request =>
    oracleInstance(request.headers.host)?.(request) ?? { status: 404, body: {} },
  'iam.cloud.ibm.com': ibm,
};

function ecr(
  request: Asked,
  service: string,
  scope: { readonly region: string; readonly service: string },
): Answer {
  const why = refuseSignature(request, AWS_LOGIN, scope);
  // What is refused is answered with all that was signed.
  if (why !== undefined)
    return {
      status: 400,
      body: { __type: `com.amazon.coral.service#${why}`, message: JSON.stringify(request.headers) },
    };
  if (request.headers['x-amz-target'] !== `${service}.GetAuthorizationToken` || `${request.body}` !== '{}')
    return { status: 400, body: { __type: 'UnknownOperationException' } };
  if (request.headers['content-type'] !== 'application/x-amz-json-1.1')
    return { status: 404, body: '<UnknownOperationException/>' };
  const data = {
    authorizationToken: Buffer.from(`AWS:${PASSWORD}`).toString('base64'),
    expiresAt: Date.now() / 1000 + 43_200,
  };
  // The public API gives an object, the other one a list.
  return { status: 200, body: { authorizationData: scope.service === 'ecr' ? [data] : data } };
}

function github({ url, headers }: Asked): Answer {
  const { searchParams } = new URL(url, 'http://x');
  if (headers.authorization !== `Bearer ${BEARER}` || searchParams.get('api-version') !== '2.0')
    return { status: 401, body: {} };
  const audience = searchParams.get('audience') ?? '';
  const value = { 'sts.amazonaws.com': AWS_IDENTITY, 'api://AzureADTokenExchange': AZURE_IDENTITY }[audience];
  return value === undefined ? { status: 400, body: {} } : { status: 200, body: { value } };
}

function acr(request: Asked): Answer {
  const form = new URLSearchParams(`${request.body}`);
  const { pathname } = new URL(request.url, 'http://x');
  if (pathname === '/oauth2/exchange') {
    const isMeant = form.get('grant_type') === 'access_token' && form.get('service') === ACR;
    return isMeant && form.get('access_token') === AZURE_TOKEN
      ? { status: 200, body: { refresh_token: PASSWORD } }
      : { status: 401, body: { errors: [{ code: 'UNAUTHORIZED', message: form.get('access_token') }] } };
  }
  if (pathname === '/oauth2/token') {
    const isMeant = form.get('grant_type') === 'refresh_token' && form.get('service') === ACR;
    return isMeant && form.get('refresh_token') === PASSWORD
      ? { status: 200, body: { access_token: 'granted' } }
      : { status: 401, body: {} };
  }
  return registry(request, 'Bearer granted', `Bearer realm="https://${ACR}/oauth2/token",service="${ACR}"`);
}

/** One image, for whoever is logged in. */
function registry({ headers }: Asked, wanted: string, challenge: string): Answer {
  if (headers.authorization !== wanted)
    return { status: 401, body: {}, headers: { 'www-authenticate': challenge } };
  return { status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN' }] } };
}

function ocir({ url, headers }: Asked): Answer {
  const [, id = '', signature = ''] =
    /^Signature version="1",keyId="([^"]+)",algorithm="rsa-sha256",headers="date \(request-target\) host",signature="([^"]+)"$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const { tenancy, user, fingerprint, session } = ORACLE;
  const given = oracleSession();
  const publicKey = given !== undefined && id === `ST$${given.token}` ? given.publicKey : ORACLE.publicKey;
  const signed = `date: ${headers.date}\n(request-target): get ${url}\nhost: ${headers.host}`;
  const isKnown =
    id === `${tenancy}/${user}/${fingerprint}` || id === `ST$${session}` || publicKey === given?.publicKey;
  const isFresh = Math.abs(Date.now() - Date.parse(`${headers.date}`)) < 300_000;
  const isSigned = verify('sha256', Buffer.from(signed), publicKey, Buffer.from(signature, 'base64'));
  if (url !== '/20180419/docker/token' || !isKnown || !isFresh || !isSigned)
    return { status: 401, body: { code: 'NotAuthenticated', message: id } };
  return { status: 200, body: { token: PASSWORD } };
}

function ibm({ body }: Asked): Answer {
  const form = new URLSearchParams(`${body}`);
  const isMeant =
    form.get('grant_type') === 'urn:ibm:params:oauth:grant-type:cr-token' &&
    form.get('cr_token') === CR_TOKEN &&
    form.get('profile_id') === PROFILE;
  return isMeant
    ? { status: 200, body: { access_token: PASSWORD, token_type: 'Bearer', expires_in: 3600 } }
    : { status: 400, body: { errorCode: 'BXNIM0415E', errorMessage: form.get('cr_token') } };
}
