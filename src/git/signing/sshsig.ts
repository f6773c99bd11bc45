import { createHash, sign } from 'node:crypto';
import type { SignCommit } from '../author.ts';
import { sshField, sshInteger } from './ssh-fields.ts';
import { readSshKey, type SshKey } from './ssh-key.ts';

const NAMESPACE = 'git';
const HASH = 'sha512';

/**
 * Signs as `ssh-keygen -Y sign -n git` does, without that program. Throws `KEY` for a key that cannot be read.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 */
export function sshSigner(text: string): SignCommit {
  const ssh = readSshKey(text);
  return async payload => {
    const hash = createHash(HASH).update(payload).digest();
    const rest = [sshField(NAMESPACE), sshField(''), sshField(HASH)];
    const signed = Buffer.concat([Buffer.from('SSHSIG'), ...rest, sshField(hash)]);
    const version = Buffer.of(0, 0, 0, 1);
    const { algorithm, raw } = signatureOf(ssh, signed);
    const signature = sshField(Buffer.concat([sshField(algorithm), sshField(raw)]));
    const blob = Buffer.concat([Buffer.from('SSHSIG'), version, sshField(ssh.publicKey), ...rest, signature]);
    const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
    return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
  };
}

const EC_HASHES: Readonly<Record<string, string>> = {
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
};

function signatureOf({ key, publicKey }: SshKey, data: Buffer) {
  const type = publicKey.toString('latin1', 4, 4 + publicKey.readUInt32BE());
  if (type === 'ssh-rsa') return { algorithm: 'rsa-sha2-512', raw: sign('sha512', data, key) };
  const hash = EC_HASHES[type];
  if (hash === undefined) return { algorithm: type, raw: sign(null, data, key) };
  const both = sign(hash, data, { key, dsaEncoding: 'ieee-p1363' });
  const [r, s] = [both.subarray(0, both.length / 2), both.subarray(both.length / 2)];
  return { algorithm: type, raw: Buffer.concat([sshInteger(r), sshInteger(s)]) };
}
