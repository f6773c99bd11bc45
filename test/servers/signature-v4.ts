import { createHash, createHmac } from 'node:crypto';
import type { Asked } from './listen.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SKEW = 5 * 60_000;

/** Who may ask, and for what. */
export interface AwsLogin {
  readonly id: string;
  readonly secret: string;
  readonly token?: string;
}

/**
 * Why a request's signature does not count, with the error's name; `undefined` where it does. Each step is recomputed
 * from what arrived: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function refuseSignature(
  { method, url, headers, body }: Asked,
  { id, secret, token }: AwsLogin,
  scope: { readonly region: string; readonly service: string },
): string | undefined {
  const [, credential = '', signedHeaders = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  if (signature === undefined) return 'MissingAuthenticationTokenException';
  const date = `${headers['x-amz-date']}`;
  const day = date.slice(0, 8);
  const place = `${day}/${scope.region}/${scope.service}/aws4_request`;
  if (credential !== `${id}/${place}`) return 'UnrecognizedClientException';
  if (headers['x-amz-security-token'] !== token) return 'UnrecognizedClientException';
  const names = signedHeaders.split(';');
  const needed = ['host', ...Object.keys(headers).filter(name => name.startsWith('x-amz-'))];
  if (needed.some(name => !names.includes(name))) return 'InvalidSignatureException';
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(Date.now() - at) < SKEW)) return 'InvalidSignatureException';
  const { pathname, searchParams } = new URL(url, 'http://x');
  searchParams.sort();
  const lines = names.map(name => `${name}:${`${headers[name]}`.trim().replace(/ +/g, ' ')}\n`);
  const canonical = [method, pathname, `${searchParams}`, lines.join(''), signedHeaders, sha256(body)].join(
    '\n',
  );
  const signed = [ALGORITHM, date, place, sha256(Buffer.from(canonical))].join('\n');
  const key = [scope.region, scope.service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secret}`, day));
  return hmac(key, signed).toString('hex') === signature ? undefined : 'InvalidSignatureException';
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
