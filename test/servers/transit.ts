import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { signDigest } from './sign-digest.ts';

/** A transit engine with the key `promote` in the given versions, and the paths that were asked for. */
export interface Transit {
  readonly url: string;
  readonly asked: string[];
  stop(): Promise<void>;
}

export const TRANSIT_TOKEN = 'hvs.marked-secret-token';

interface SignRequest {
  readonly input?: string;
  readonly prehashed?: boolean;
  readonly key_version?: number;
  readonly signature_algorithm?: string;
}

/**
 * The transit engine of Vault and OpenBao, as documented: https://openbao.org/api-docs/secret/transit/. Without
 * `prehashed` it hashes the input itself, and it signs with PSS unless told otherwise. The first `busy` requests are
 * answered by 429, as its rate limits do.
 */
export async function startTransit(
  versions: readonly KeyObject[],
  { busy = 0, mount = 'transit', namespace }: { busy?: number; mount?: string; namespace?: string } = {},
): Promise<Transit> {
  const asked: string[] = [];
  let refusals = busy;
  const server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request);
    const { method, url = '', headers } = request;
    asked.push(`${method} ${url}`);
    const answer = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' })
        .end(JSON.stringify(body));
    if (refusals > 0) {
      refusals -= 1;
      return answer(429, { errors: ['request path "transit": rate limit quota exceeded'] });
    }
    if (headers['x-vault-token'] !== TRANSIT_TOKEN || headers['x-vault-namespace'] !== namespace)
      return answer(403, { errors: ['permission denied', `${headers['x-vault-token']}`] });
    if (method === 'GET' && url === `/v1/${mount}/keys/promote`)
      return answer(200, { data: keyData(versions) });
    const [, hash = 'sha2-256'] = new RegExp(`^/v1/${mount}/sign/promote(?:/(.+))?$`).exec(url) ?? [];
    if (method !== 'POST' || hash !== 'sha2-256') return answer(404, { errors: [] });
    const asks: SignRequest = JSON.parse(Buffer.concat(chunks).toString());
    const version = asks.key_version ?? versions.length;
    const key = versions[version - 1];
    if (key === undefined || asks.input === undefined) return answer(400, { errors: ['no such version'] });
    const signature = await signed(key, Buffer.from(asks.input, 'base64'), asks);
    if (signature === undefined) return answer(400, { errors: ['input has the wrong length'] });
    return answer(200, { data: { signature: `vault:v${version}:${signature.toString('base64')}` } });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => void (await new Promise(resolve => server.close(resolve)));
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${port}`, asked, stop };
}

function keyData(versions: readonly KeyObject[]): object {
  const named = versions.map((key, at) => [`${at + 1}`, { public_key: publicText(key) }]);
  const [key] = versions;
  const curve = key?.asymmetricKeyDetails?.namedCurve;
  const type = key?.asymmetricKeyType === 'ed25519' ? 'ed25519' : curve ? 'ecdsa-p256' : 'rsa-3072';
  return { type, latest_version: versions.length, keys: Object.fromEntries(named) };
}

function publicText(key: KeyObject): string {
  const publicKey = createPublicKey(key);
  if (key.asymmetricKeyType !== 'ed25519')
    return publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
}

/** What the engine makes of an input; `undefined` where it refuses it. */
async function signed(
  key: KeyObject,
  input: Buffer,
  { prehashed, signature_algorithm }: SignRequest,
): Promise<Buffer | undefined> {
  if (key.asymmetricKeyType === 'ed25519') return prehashed ? undefined : sign(null, input, key);
  if (!prehashed) return sign('sha256', input, key);
  if (input.length !== 32) return undefined;
  return await signDigest(key, input, signature_algorithm ?? 'pss');
}
