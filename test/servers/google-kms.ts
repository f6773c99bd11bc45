import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { type Answer, type Asked, listen } from './listen.ts';
import { signDigest } from './sign-digest.ts';

export const GOOGLE_KEY = 'projects/acme/locations/europe-west1/keyRings/release/cryptoKeys/promote';
export const GOOGLE_TOKEN = 'ya29.marked-access-token';
/** What a CI's job shows in place of a login, and what Google's security token service gives for it. */
export const GOOGLE_IDENTITY = 'marked.identity.token';
const FEDERATED = 'marked-federated-token';
export const GOOGLE_POOL =
  '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/ci';
const ACCOUNT = 'promote@acme.iam.gserviceaccount.com';

/** Cloud KMS, and what logs in to it: the hosts that it stands for, and what was asked. */
export interface GoogleKms {
  readonly url: string;
  readonly hosts: Readonly<Record<string, string>>;
  readonly asked: string[];
  /** A service account's credentials file. */
  readonly account: string;
}

/** One version of a key. */
export interface GoogleVersion {
  readonly key: KeyObject;
  readonly state?: 'ENABLED' | 'DESTROYED';
  readonly algorithm?: string;
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  prime256v1: 'EC_SIGN_P256_SHA256',
  secp384r1: 'EC_SIGN_P384_SHA384',
};

/**
 * Cloud KMS v1, the token endpoint of OAuth, the security token service, IAM credentials and the metadata server:
 * https://docs.cloud.google.com/kms/docs/reference/rest, https://developers.google.com/identity/protocols/oauth2/service-account,
 * https://docs.cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token and
 * https://docs.cloud.google.com/compute/docs/metadata/overview. The first `busy` requests of a key are answered by 429.
 */
export async function startGoogleKms(
  versions: readonly GoogleVersion[],
  { busy = 0, scope = 'https://www.googleapis.com/auth/cloudkms' } = {},
): Promise<GoogleKms> {
  const asked: string[] = [];
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let refusals = busy;
  const url = await listen(async request => {
    const { host = '', authorization } = request.headers;
    const { pathname } = new URL(request.url, 'http://x');
    asked.push(`${host.replace(/^127\.0\.0\.1:.*/, 'metadata')} ${request.method} ${pathname}`);
    switch (host) {
      case 'oauth2.googleapis.com':
        return tokenForAssertion(request, publicKey, scope);
      case 'sts.googleapis.com':
        return tokenForIdentity(request);
      case 'iamcredentials.googleapis.com':
        return authorization === `Bearer ${FEDERATED}`
          ? {
              status: 200,
              body: { accessToken: GOOGLE_TOKEN, expireTime: new Date(Date.now() + 3_600_000).toISOString() },
            }
          : refusal(401, `no ${authorization}`);
      case 'cloudkms.googleapis.com':
        if (authorization !== `Bearer ${GOOGLE_TOKEN}`) return refusal(401, `no ${authorization}`);
        if (refusals === 0) return await answer(request, versions);
        refusals -= 1;
        return refusal(429, 'Quota exceeded');
      default:
        return metadata(request);
    }
  });
  const names = ['cloudkms', 'oauth2', 'sts', 'iamcredentials'];
  const hosts = Object.fromEntries(names.map(name => [`${name}.googleapis.com`, url]));
  const account = {
    type: 'service_account',
    client_email: ACCOUNT,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: 'https://oauth2.googleapis.com/token',
  };
  return { url, hosts, asked, account: JSON.stringify(account) };
}

async function answer({ method, url, body }: Asked, versions: readonly GoogleVersion[]): Promise<Answer> {
  const { pathname, searchParams } = new URL(url, 'http://x');
  const list = `/v1/${GOOGLE_KEY}/cryptoKeyVersions`;
  const named = versions.map((version, at) => ({
    state: 'ENABLED',
    ...version,
    name: `${list.slice(4)}/${at + 1}`,
  }));
  if (method === 'GET' && pathname === list) {
    const only = searchParams.get('filter') === 'state=ENABLED' ? 'ENABLED' : undefined;
    const found = named
      .filter(({ state }) => only === undefined || state === only)
      .map(({ name, state }) => ({ name, state }));
    if (searchParams.get('orderBy') === 'name desc') found.reverse();
    // An empty list is left out of what is answered.
    const size = Number(searchParams.get('pageSize'));
    return { status: 200, body: found.length === 0 ? {} : { cryptoKeyVersions: found.slice(0, size) } };
  }
  const version = named.find(
    ({ name }) => pathname === `/v1/${name}/publicKey` || pathname === `/v1/${name}:asymmetricSign`,
  );
  if (version === undefined) return refusal(404, `${pathname} not found`);
  if (version.state !== 'ENABLED') return refusal(400, `${version.name} is not enabled`);
  const algorithm = version.algorithm ?? algorithmOf(version.key);
  if (method === 'GET') {
    const pem = createPublicKey(version.key).export({ type: 'spki', format: 'pem' });
    return { status: 200, body: { pem, algorithm, name: version.name } };
  }
  const asked: { readonly digest?: Readonly<Record<string, string>>; readonly data?: string } = JSON.parse(
    `${body}`,
  );
  const isRaw = algorithm === 'EC_SIGN_ED25519';
  const needed = isRaw ? asked.data : asked.digest?.[`sha${/SHA(\d+)$/.exec(algorithm)?.[1]}`];
  if (needed === undefined) return refusal(400, `${algorithm} needs another digest`);
  const bytes = Buffer.from(needed, 'base64');
  const signature = isRaw
    ? sign(null, bytes, version.key)
    : await signDigest(version.key, bytes, /PKCS1/.test(algorithm) ? 'pkcs1v15' : 'pss');
  return { status: 200, body: { name: version.name, signature: signature.toString('base64') } };
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === 'ed25519') return 'EC_SIGN_ED25519';
  return ALGORITHMS[asymmetricKeyDetails?.namedCurve ?? ''] ?? 'RSA_SIGN_PKCS1_2048_SHA256';
}

function tokenForAssertion({ body }: Asked, publicKey: KeyObject, wanted: string): Answer {
  const form = new URLSearchParams(`${body}`);
  const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    publicKey,
    Buffer.from(signature, 'base64url'),
  );
  const { iss, scope, aud, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const isMeant =
    iss === ACCOUNT &&
    scope === wanted &&
    aud === 'https://oauth2.googleapis.com/token' &&
    exp * 1000 > Date.now();
  const isGrant = form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  if (!isSigned || !isMeant || !isGrant)
    return { status: 400, body: { error: 'invalid_grant', error_description: form.get('assertion') } };
  return { status: 200, body: { access_token: GOOGLE_TOKEN, expires_in: 3599, token_type: 'Bearer' } };
}

function tokenForIdentity({ body }: Asked): Answer {
  const form = new URLSearchParams(`${body}`);
  const isMeant =
    form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:token-exchange' &&
    form.get('audience') === GOOGLE_POOL &&
    form.get('subject_token') === GOOGLE_IDENTITY &&
    form.get('subject_token_type') === 'urn:ietf:params:oauth:token-type:jwt';
  if (!isMeant)
    return { status: 400, body: { error: 'invalid_grant', error_description: form.get('subject_token') } };
  const body_ = {
    access_token: FEDERATED,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 3599,
  };
  return { status: 200, body: body_ };
}

function metadata({ url, headers }: Asked): Answer {
  const flavor = { 'Metadata-Flavor': 'Google' };
  if (headers['metadata-flavor'] !== 'Google') return refusal(403, 'Missing Metadata-Flavor');
  if (url.startsWith('/computeMetadata/v1/instance/service-accounts/default/token'))
    return {
      status: 200,
      body: { access_token: GOOGLE_TOKEN, expires_in: 3599, token_type: 'Bearer' },
      headers: flavor,
    };
  return { status: 404, body: '', headers: flavor };
}

function refusal(code: number, message: string): Answer {
  return { status: code, body: { error: { code, message } } };
}
