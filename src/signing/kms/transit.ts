import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import { requireSupportedKey } from '../public-key.ts';
import type { SigningKey } from '../signer.ts';
import { askService, jsonBody, parseAnswer, type Service } from '../sigstore/service.ts';

/** A key of the transit engine of HashiCorp Vault or OpenBao. */
export interface TransitPlace {
  readonly service: Service;
  readonly token: string;
  readonly namespace?: string | undefined;
  /** The mount path of the engine: `transit`. */
  readonly mount: string;
  readonly key: string;
}

const HINT = 'the token needs read on <mount>/keys/<key> and update on <mount>/sign/<key>';

const keySchema = z.object({
  data: z.object({
    type: z.string(),
    latest_version: z.int().positive(),
    keys: z.record(z.string(), z.object({ public_key: z.string() })),
  }),
});

const signatureSchema = z.object({ data: z.object({ signature: z.string() }) });

/**
 * Opens the latest version of a key, which stays in the engine. Throws `KEY`, `SIGNATURE` or `UNREACHABLE`.
 * https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export async function openTransitKey(place: TransitPlace): Promise<SigningKey> {
  const { service, mount, key } = place;
  const operation = `read key ${key}`;
  const path = `/v1/${mount}/keys/${key}`;
  const answer = await askService({ service, operation, path, headers: headersOf(place), hint: HINT });
  const { type, latest_version: version, keys } = parseAnswer(keySchema, answer, operation).data;
  const publicKey = requireSupportedKey(readPublicKey(type, keys[version]?.public_key, key));
  return { publicKey, sign: data => signAt(place, version, publicKey, data) };
}

async function signAt(
  place: TransitPlace,
  version: number,
  publicKey: KeyObject,
  data: Uint8Array,
): Promise<Uint8Array> {
  const { service, mount, key } = place;
  const operation = `sign with key ${key}`;
  const answer = await askService({
    service,
    operation,
    headers: headersOf(place),
    hint: HINT,
    ...requestOf(`/v1/${mount}/sign/${key}`, publicKey, version, data),
  });
  const { signature } = parseAnswer(signatureSchema, answer, operation).data;
  const [, made, base64 = ''] = /^vault:v(\d+):([A-Za-z0-9+/]+=*)$/.exec(signature) ?? [];
  if (Number(made) === version) return Buffer.from(base64, 'base64');
  throw new PromoteError('SIGNATURE', `${operation}: the answer is no signature of its version ${version}`, {
    hint: 'run again; the key may be rotated just now',
  });
}

/** The request to sign: Ed25519 signs the bytes themselves, all other keys sign their SHA-256. */
function requestOf(path: string, publicKey: KeyObject, version: number, data: Uint8Array) {
  if (publicKey.asymmetricKeyType === 'ed25519') {
    const input = Buffer.from(data).toString('base64');
    return { path, body: jsonBody({ input, key_version: version }) };
  }
  const input = createHash('sha256').update(data).digest('base64');
  const asked = { input, prehashed: true, key_version: version };
  // The engine's own default is PSS, which cosign does not verify.
  const rsa = publicKey.asymmetricKeyType === 'rsa' ? { signature_algorithm: 'pkcs1v15' } : {};
  return { path: `${path}/sha2-256`, body: jsonBody({ ...asked, ...rsa }) };
}

function headersOf({ token, namespace }: TransitPlace): Readonly<Record<string, string>> {
  return {
    'x-vault-token': token,
    'x-vault-request': 'true',
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
  };
}

/** The engine returns Ed25519 keys as 32 raw bytes, and all others as PEM. */
function readPublicKey(type: string, text: string | undefined, key: string): KeyObject {
  try {
    if (type !== 'ed25519') return createPublicKey(text ?? '');
    const x = Buffer.from(text ?? '', 'base64').toString('base64url');
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError('KEY', `read key ${key}: a key of type ${type} does not sign`, {
      hint: 'make one of type ecdsa-p256: vault write -f transit/keys/<name> type=ecdsa-p256',
    });
  }
}
