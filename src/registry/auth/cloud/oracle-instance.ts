import {
  createHash,
  createPrivateKey,
  generateKeyPair,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import { rethrowDefect } from '../../../errors.ts';
import { askCloud, type CloudPlace, refusedLogin } from './place.ts';

const CLOUD = 'Oracle Cloud';
const METADATA = 'http://169.254.169.254/opc/v2';
const HINT =
  'OCI_CLI_AUTH=instance_principal works on an instance of Oracle Cloud, in a dynamic group that may use its repos';
const CONTENT = 'application/json';
/** The headers that the federation endpoint wants to be signed. It takes no host. */
const SIGNED = ['date', '(request-target)', 'content-length', 'content-type', 'x-content-sha256'] as const;

/** The key that signs requests, and its name. */
export interface OracleKey {
  readonly id: string;
  readonly key: KeyObject;
  readonly identity: string;
}

/**
 * The key of an instance principal. The instance's certificate proves a new key to Oracle, which gives a session
 * for it. https://docs.oracle.com/en-us/iaas/Content/Identity/Tasks/callingservicesfrominstances.htm
 */
export async function instanceKey(place: CloudPlace): Promise<OracleKey> {
  const read = async (path: string) => await readMetadata(place, path);
  const [pem, keyPem, intermediate, region] = await Promise.all([
    read('identity/cert.pem'),
    read('identity/key.pem'),
    read('identity/intermediate.pem'),
    regionOf(place),
  ]);
  place.onSecret(keyPem.trim());
  const { certificate, key, tenancy } = identityOf(pem, keyPem);
  const session = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const body = JSON.stringify({
    certificate: withoutArmor(pem),
    publicKey: session.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    intermediateCertificates: [withoutArmor(intermediate)],
    purpose: 'DEFAULT',
    fingerprintAlgorithm: 'SHA256',
  });
  const id = `${tenancy}/fed-x509-sha256/${certificate.fingerprint256.toLowerCase()}`;
  const headers = signedHeaders(body, { id, key, date: new Date(place.now()).toUTCString() });
  const url = new URL(`https://auth.${region}/v1/x509`);
  const { token } = await askCloud(place, { cloud: CLOUD, hint: HINT, method: 'POST', url, headers, body });
  if (typeof token !== 'string') throw refusedLogin(CLOUD, `${url.host} gave no session`, 'run it again');
  place.onSecret(token);
  return { id: `ST$${token}`, key: session.privateKey, identity: "Oracle's instance principal" };
}

function signedHeaders(
  body: string,
  { id, key, date }: { readonly id: string; readonly key: KeyObject; readonly date: string },
): Readonly<Record<string, string>> {
  const values = {
    date,
    '(request-target)': 'post /v1/x509',
    'content-length': String(Buffer.byteLength(body)),
    'content-type': CONTENT,
    'x-content-sha256': createHash('sha256').update(body).digest('base64'),
  };
  const text = SIGNED.map(name => `${name}: ${values[name]}`).join('\n');
  const signature = sign('sha256', Buffer.from(text), key).toString('base64');
  return {
    date,
    'content-type': CONTENT,
    'x-content-sha256': values['x-content-sha256'],
    authorization: `Signature version="1",keyId="${id}",algorithm="rsa-sha256",headers="${SIGNED.join(' ')}",signature="${signature}"`,
  };
}

/** `eu-frankfurt-1.oraclecloud.com`; other realms have other domains. */
async function regionOf(place: CloudPlace): Promise<string> {
  const { regionIdentifier, realmDomainComponent } = await askCloud(place, {
    ...metadataRequest(place, 'instance/regionInfo'),
    cloud: CLOUD,
    hint: HINT,
  });
  const region = `${regionIdentifier}.${realmDomainComponent}`;
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(region)) return region;
  throw refusedLogin(CLOUD, 'its metadata service names no region', HINT);
}

/** Oracle's SDKs take the service's address from this variable too. */
function metadataRequest({ variables }: CloudPlace, path: string) {
  const url = new URL(`${variables.OCI_METADATA_BASE_URL || METADATA}/${path}`);
  return { method: 'GET', url, headers: { authorization: 'Bearer Oracle' } } as const;
}

async function readMetadata(place: CloudPlace, path: string): Promise<string> {
  const { status, bytes } = await place.http.send({
    ...metadataRequest(place, path),
    operation: `log in to ${CLOUD}`,
    redirects: 'return',
    signal: place.signal,
  });
  if (status === 200) return new TextDecoder().decode(bytes);
  throw refusedLogin(CLOUD, `its metadata service answered ${status} for ${path}`, HINT);
}

function identityOf(pem: string, keyPem: string) {
  try {
    const certificate = new X509Certificate(pem);
    const [, tenancy] = /=opc-(?:tenant|identity):(\S+)$/m.exec(certificate.subject) ?? [];
    if (tenancy !== undefined) return { certificate, key: createPrivateKey(keyPem), tenancy };
  } catch (error) {
    rethrowDefect(error);
  }
  throw refusedLogin(CLOUD, "the machine's certificate names no tenancy, or its key does not open", HINT);
}

function withoutArmor(pem: string): string {
  return pem.replaceAll(/-----[^-]+-----|\s/g, '');
}
