import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { openCommitSigner } from '../../src/cli/commit-signer.ts';

const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const read = async (path: string) => await Promise.reject(new Error(path));

function open(env: Readonly<Record<string, string>>, signing: Parameters<typeof openCommitSigner>[1]) {
  const nothing = { write: () => undefined };
  const io = { cwd: '/', env, stdout: nothing, stderr: nothing, signal: new AbortController().signal };
  return openCommitSigner(io, signing, read);
}

it('signs commits with an SSH key of a variable, with no program on the PATH', async () => {
  const sign = await open({ COMMIT_KEY: PEM }, { kind: 'ssh', key: 'env://COMMIT_KEY' });
  expect(await sign(Buffer.from('a commit'))).toMatch(/^-----BEGIN SSH SIGNATURE-----\n/);
  await expect(open({}, { kind: 'ssh', key: 'env://COMMIT_KEY' })).rejects.toMatchObject({ code: 'KEY' });
});

it.each(['gpg', 'gitsign'] as const)('says that %s is not there before anything is copied', async kind => {
  await expect(open({ PATH: '/nowhere' }, { kind, key: 'x' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining(kind),
    hint: expect.stringContaining('commits.signing.ssh'),
  });
});
