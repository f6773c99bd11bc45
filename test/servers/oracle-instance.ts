import { createHash, createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Asked } from './listen.ts';

export const ORACLE_METADATA = 'http://169.254.169.254';
const AUTH = 'auth.eu-frankfurt-1.oraclecloud.com';
const read = (name: string) => readFileSync(join(import.meta.dirname, '../fixtures/keys', name), 'utf8');
/** The certificate of an instance and its key; its subject names the tenancy, as Oracle's does. */
const CERTIFICATE = read('oracle-instance.pem');
const KEY = read('oracle-instance.key');
const TENANCY = 'ocid1.tenancy.oc1..t';
const INTERMEDIATE = CERTIFICATE;

/** The session that the federation endpoint gave, with the key that it is for. */
interface Session {
  readonly token: string;
  readonly publicKey: KeyObject;
}

let session: Session | undefined;

export function oracleSession(): Session | undefined {
  return session;
}

/** The metadata service and the federation endpoint, each by its host; `undefined` for others. */
export function oracleInstance(host = ''): ((request: Asked) => Answer) | undefined {
  return { [new URL(ORACLE_METADATA).host]: metadata, [AUTH]: federation }[host];
}

function metadata({ url, headers }: Asked): Answer {
  if (headers.authorization !== 'Bearer Oracle') return { status: 404, body: {} };
  const texts: Record<string, string> = {
    '/opc/v2/identity/cert.pem': CERTIFICATE,
    '/opc/v2/identity/key.pem': KEY,
    '/opc/v2/identity/intermediate.pem': INTERMEDIATE,
  };
  if (url === '/opc/v2/instance/regionInfo') {
    const body = {
      realmDomainComponent: 'oraclecloud.com',
      regionIdentifier: 'eu-frankfurt-1',
      realmKey: 'oc1',
    };
    return { status: 200, body };
  }
  const body = texts[url];
  return body === undefined ? { status: 404, body: {} } : { status: 200, body };
}

/** What is signed, and by which key: https://docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm */
function federation({ method, url, headers, body }: Asked): Answer {
  const names = 'date (request-target) content-length content-type x-content-sha256';
  const form = new RegExp(
    `^Signature version="1",keyId="([^"]+)",algorithm="rsa-sha256",headers="${names.replace(/[()]/g, '[$&]')}",signature="([^"]+)"$`,
  );
  const [, id, signature = ''] = form.exec(headers.authorization ?? '') ?? [];
  const certificate = new X509Certificate(CERTIFICATE);
  const signed = names
    .split(' ')
    .map(name => `${name}: ${name === '(request-target)' ? `post ${url}` : headers[name]}`)
    .join('\n');
  const isSigned = verify(
    'sha256',
    Buffer.from(signed),
    certificate.publicKey,
    Buffer.from(signature, 'base64'),
  );
  const isWhole = headers['x-content-sha256'] === createHash('sha256').update(body).digest('base64');
  const isNamed = id === `${TENANCY}/fed-x509-sha256/${certificate.fingerprint256.toLowerCase()}`;
  const given = JSON.parse(`${body}`);
  const isOurs =
    given.certificate === bare(CERTIFICATE) && given.intermediateCertificates[0] === bare(INTERMEDIATE);
  if (method !== 'POST' || url !== '/v1/x509' || !isSigned || !isWhole || !isNamed || !isOurs)
    return { status: 401, body: { code: 'NotAuthenticated', message: `${headers.authorization}` } };
  const publicKey = createPublicKey({
    key: Buffer.from(given.publicKey, 'base64'),
    format: 'der',
    type: 'spki',
  });
  session = { token: `marked-session-${Date.now()}`, publicKey };
  return { status: 200, body: { token: session.token } };
}

function bare(pem: string): string {
  return pem
    .split('\n')
    .filter(line => !line.startsWith('-----'))
    .join('');
}
