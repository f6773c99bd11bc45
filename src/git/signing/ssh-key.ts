import { createPrivateKey, type KeyObject } from 'node:crypto';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import { readFields, sshField, sshInteger } from './ssh-fields.ts';

/** A private key that SSH signatures are made with. */
export interface SshKey {
  readonly key: KeyObject;
  /** The public half, in SSH's format. */
  readonly publicKey: Buffer;
}

const MAGIC = 'openssh-key-v1\0';

/**
 * Reads an unencrypted private key from ssh-keygen's format or PEM. Throws `KEY`, without a part of the key.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export function readSshKey(text: string): SshKey {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END OPENSSH PRIVATE KEY-----/.exec(
    text,
  )?.[1];
  try {
    const key = body === undefined ? createPrivateKey(text) : openSshKey(Buffer.from(body, 'base64'));
    return { key, publicKey: publicKeyOf(key) };
  } catch (error) {
    rethrowDefect(error);
    if (error instanceof PromoteError) throw error;
    throw notAKey('the text holds no private key that can be read');
  }
}

function openSshKey(bytes: Buffer): KeyObject {
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw notAKey('it is none of OpenSSH');
  const [cipher, , , , , secret] = readFields(bytes.subarray(MAGIC.length), 'sss4ss');
  if (cipher?.toString() !== 'none') {
    throw notAKey('it is encrypted with a passphrase, which is not asked for');
  }
  const content = secret ?? Buffer.alloc(0);
  // Two numbers come first, which are equal if the key was decrypted.
  const [, , type] = readFields(content, '44s');
  const jwk = JWK[type?.toString() ?? '']?.(content);
  if (jwk === undefined)
    throw notAKey(`keys of type ${JSON.stringify(type?.toString())} sign no commits here`);
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

/** Converts the fields of each key type to a JSON Web Key: https://www.rfc-editor.org/rfc/rfc7517 */
const JWK: Readonly<Record<string, (content: Buffer) => JsonWebKeyInput>> = {
  'ssh-ed25519': content => {
    const [, , , open, both] = readFields(content, '44sss');
    return { kty: 'OKP', crv: 'Ed25519', x: url(open), d: url(both?.subarray(0, 32)) };
  },
  'ecdsa-sha2-nistp256': content => ecKey(content, 'P-256', 32),
  'ecdsa-sha2-nistp384': content => ecKey(content, 'P-384', 48),
  'ecdsa-sha2-nistp521': content => ecKey(content, 'P-521', 66),
  'ssh-rsa': content => {
    const [, , , n, e, d, qi, p, q] = readFields(content, '44sssssss');
    const exponent = BigInt(`0x${d?.toString('hex')}`);
    const rest = (prime: Buffer | undefined) => {
      const hex = (exponent % (BigInt(`0x${prime?.toString('hex')}`) - 1n)).toString(16);
      return url(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'));
    };
    const parts = { n: url(n), e: url(e), d: url(d), p: url(p), q: url(q), qi: url(qi) };
    return { kty: 'RSA', ...parts, dp: rest(p), dq: rest(q) };
  },
};

type JsonWebKeyInput = Extract<NonNullable<Parameters<typeof createPrivateKey>[0]>, { format: 'jwk' }>['key'];

function ecKey(content: Buffer, crv: string, size: number): JsonWebKeyInput {
  const [, , , , point, secret] = readFields(content, '44ssss');
  const x = point?.subarray(1, 1 + size);
  const y = point?.subarray(1 + size);
  return { kty: 'EC', crv, x: url(x), y: url(y), d: url(sized(secret, size)) };
}

/** A number in exactly as many bytes as its curve needs, without a sign byte. */
function sized(number: Buffer | undefined, size: number): Buffer {
  const digits = (number ?? Buffer.alloc(0)).subarray(-size);
  return Buffer.concat([Buffer.alloc(size - digits.length), digits]);
}

const CURVES: Readonly<Record<string, string>> = {
  'P-256': 'nistp256',
  'P-384': 'nistp384',
  'P-521': 'nistp521',
};

function publicKeyOf(key: KeyObject): Buffer {
  const { kty, crv = '', x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' });
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  if (kty === 'OKP' && crv === 'Ed25519') return Buffer.concat([sshField('ssh-ed25519'), sshField(bytes(x))]);
  if (kty === 'RSA') return Buffer.concat([sshField('ssh-rsa'), sshInteger(bytes(e)), sshInteger(bytes(n))]);
  const curve = CURVES[crv];
  if (curve === undefined) throw notAKey(`keys of the kind ${kty} ${crv} sign no commits here`);
  const point = Buffer.concat([Buffer.of(4), bytes(x), bytes(y)]);
  return Buffer.concat([sshField(`ecdsa-sha2-${curve}`), sshField(curve), sshField(point)]);
}

function url(bytes: Buffer | undefined): string {
  // SSH writes a leading zero to keep a number positive; it is not part of the number.
  return (bytes ?? Buffer.alloc(0)).toString('base64url');
}

function notAKey(why: string): PromoteError {
  return new PromoteError('KEY', `load the key that signs commits: ${why}`, {
    hint: 'ssh-keygen -t ed25519 -N "" -f commits makes one; ssh-keygen -p -N "" -f <file> takes its passphrase away',
  });
}
