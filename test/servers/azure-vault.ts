import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Answer, type Asked, listen } from './listen.ts';
import { signDigest } from './sign-digest.ts';

export const AZURE_VAULT = 'acme.vault.azure.net';
export const AZURE_TOKEN = 'eyJ.marked-access-token.x';
export const AZURE_SECRET = 'marked-client-secret';
/** What a CI's job shows in place of a secret. */
export const AZURE_IDENTITY = 'marked.identity.token';
export const AZURE_TENANT = '11111111-2222-3333-4444-555555555555';
export const AZURE_CLIENT = '66666666-7777-8888-9999-000000000000';
const LOGIN = 'login.microsoftonline.com';

/** Key Vault, Entra and the identity endpoint of a machine: the hosts that they stand for, and what was asked. */
export interface AzureVault {
  readonly url: string;
  readonly hosts: Readonly<Record<string, string>>;
  readonly asked: string[];
}

/**
 * Key Vault 7.6, the token endpoint of Entra v2.0, and App Service's managed identity:
 * https://learn.microsoft.com/en-us/rest/api/keyvault/keys/sign/sign,
 * https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow and
 * https://learn.microsoft.com/en-us/azure/app-service/overview-managed-identity#rest-endpoint-reference. The key is
 * `promote` in these versions, named v1, v2 and so on; the first `busy` requests of the vault are answered by 429.
 */
export async function startAzureVault(
  versions: readonly KeyObject[],
  { busy = 0, isHardware = false, resource = 'https://vault.azure.net' } = {},
): Promise<AzureVault> {
  const asked: string[] = [];
  let refusals = busy;
  const url = await listen(request => {
    const { host = '', authorization } = request.headers;
    const { pathname } = new URL(request.url, 'http://x');
    asked.push(`${host.replace(/^127\.0\.0\.1:.*/, 'machine')} ${request.method} ${pathname}`);
    if (host === LOGIN) return entra(request, `${resource}/.default`);
    if (host !== AZURE_VAULT) return machine(request, resource);
    if (authorization !== `Bearer ${AZURE_TOKEN}`) {
      const challenge = `Bearer authorization="https://${LOGIN}/${AZURE_TENANT}", resource="https://vault.azure.net"`;
      return {
        ...refusal(401, 'Unauthorized', `${authorization}`),
        headers: { 'www-authenticate': challenge },
      };
    }
    if (refusals > 0) {
      refusals -= 1;
      return refusal(429, 'Throttled', 'Request was not processed because too many requests were received.');
    }
    return vault(request, versions, isHardware);
  });
  const hosts = { [AZURE_VAULT]: url, [LOGIN]: url, [url]: url };
  return { url, hosts, asked };
}

async function vault(
  { method, url, body }: Asked,
  versions: readonly KeyObject[],
  isHardware: boolean,
): Promise<Answer> {
  const { pathname, searchParams } = new URL(url, 'http://x');
  if (searchParams.get('api-version') !== '7.6') return refusal(400, 'BadParameter', 'api-version');
  const [, named, verb] = /^\/keys\/promote(?:\/v(\d+))?(\/sign)?$/.exec(pathname) ?? [];
  const version = named === undefined ? versions.length : Number(named);
  const key = versions[version - 1];
  if (!pathname.startsWith('/keys/promote') || key === undefined)
    return refusal(404, 'KeyNotFound', pathname);
  const kid = `https://${AZURE_VAULT}/keys/promote/v${version}`;
  if (method === 'GET' && verb === undefined) {
    const { kty, ...jwk } = createPublicKey(key).export({ format: 'jwk' });
    const kind = isHardware ? `${kty}-HSM` : kty;
    const body_ = {
      key: { ...jwk, kid, kty: kind, key_ops: ['sign', 'verify'] },
      attributes: { enabled: true },
    };
    return { status: 200, body: body_ };
  }
  if (method !== 'POST' || verb === undefined || named === undefined)
    return refusal(404, 'KeyNotFound', pathname);
  const { alg, value } = JSON.parse(`${body}`);
  const digest = Buffer.from(`${value}`, 'base64url');
  if (alg !== algorithmOf(key) || digest.length !== 32)
    return refusal(400, 'BadParameter', 'The specified algorithm does not fit the key');
  const der = await signDigest(key, digest, 'pkcs1v15');
  return { status: 200, body: { kid, value: (alg === 'RS256' ? der : plain(der)).toString('base64url') } };
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === 'rsa') return 'RS256';
  const bits = { prime256v1: 256, secp384r1: 384, secp521r1: 512 }[asymmetricKeyDetails?.namedCurve ?? ''];
  return `ES${bits}`;
}

/** r and s behind each other, as JOSE has them. */
function plain(der: Buffer): Buffer {
  const [, r = '', rest = ''] = parts(der.subarray(2).toString('hex'));
  const [, s = ''] = parts(rest);
  return Buffer.from([r, s].map(hex => hex.replace(/^00/, '').padStart(64, '0')).join(''), 'hex');
}

function parts(hex: string): readonly string[] {
  const length = Number.parseInt(hex.slice(2, 4), 16) * 2;
  return ['', hex.slice(4, 4 + length), hex.slice(4 + length)];
}

function entra({ method, url, body }: Asked, scope: string): Answer {
  const { pathname } = new URL(url, 'http://x');
  const authority = `https://${LOGIN}/${AZURE_TENANT}`;
  if (pathname.endsWith('/discovery/instance')) {
    const metadata = [{ preferred_network: LOGIN, preferred_cache: 'login.windows.net', aliases: [LOGIN] }];
    return {
      status: 200,
      body: { tenant_discovery_endpoint: `${authority}/v2.0/.well-known/openid-configuration`, metadata },
    };
  }
  if (pathname.endsWith('/.well-known/openid-configuration')) {
    const endpoints = {
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      issuer: `${authority}/v2.0`,
    };
    return { status: 200, body: endpoints };
  }
  if (method !== 'POST' || pathname !== `/${AZURE_TENANT}/oauth2/v2.0/token`)
    return refusal(404, 'NotFound', pathname);
  const form = new URLSearchParams(`${body}`);
  const isProved =
    form.get('client_secret') === AZURE_SECRET ||
    (form.get('client_assertion') === AZURE_IDENTITY &&
      form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
  const isMeant =
    form.get('grant_type') === 'client_credentials' &&
    form.get('client_id') === AZURE_CLIENT &&
    form.get('scope')?.split(' ').includes(scope);
  if (!isProved || !isMeant) {
    const description = `AADSTS7000215: Invalid client secret provided: ${form.get('client_secret')}`;
    return {
      status: 401,
      body: { error: 'invalid_client', error_description: description, error_codes: [7000215] },
    };
  }
  return {
    status: 200,
    body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: AZURE_TOKEN },
  };
}

function machine({ url, headers }: Asked, resource: string): Answer {
  const { pathname, searchParams } = new URL(url, 'http://x');
  const isMeant =
    searchParams.get('resource') === resource && searchParams.get('api-version') === '2019-08-01';
  if (pathname !== '/msi/token' || headers['x-identity-header'] !== AZURE_SECRET || !isMeant)
    return refusal(400, 'BadRequest', `${headers['x-identity-header']}`);
  const expires = `${Math.floor(Date.now() / 1000) + 3600}`;
  const body = {
    access_token: AZURE_TOKEN,
    expires_on: expires,
    resource,
    token_type: 'Bearer',
  };
  return { status: 200, body: { ...body, client_id: AZURE_CLIENT } };
}

function refusal(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}
