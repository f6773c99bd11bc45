import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
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

/** A program in place of gpg's, which notes what it was given. */
function programs(kind: 'gpg' | 'gitsign', rest: string) {
  const directory = mkdtempSync(join(tmpdir(), 'promote-signer-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const seen = join(directory, 'seen');
  writeFileSync(seen, '');
  writeFileSync(join(directory, kind), `#!/bin/sh\nenv >> ${seen}\ncat > /dev/null\n${rest}\n`, {
    mode: 0o755,
  });
  return { PATH: `${directory}:${process.env.PATH}`, seen: () => readFileSync(seen, 'utf8') };
}

const SIGNS = "echo 'a signature'; echo '[GNUPG:] SIG_CREATED D' >&2";

it('says that gpg has no such key before anything is copied', async () => {
  const said = 'gpg: skipped "x": No secret key\n[GNUPG:] INV_SGNR 9 x\ngpg: signing failed: No secret key';
  const { PATH } = programs('gpg', `printf '%s\\n' '${said}' >&2; exit 2`);
  await expect(open({ PATH }, { kind: 'gpg', key: 'x' })).rejects.toMatchObject({
    code: 'KEY',
    message: 'sign a commit with gpg: gpg: signing failed: No secret key',
  });
});

it('gives gpg no login, and gitsign the identity of the CI alone', async () => {
  const secrets = {
    COMMIT_KEY: PEM,
    COSIGN_PASSWORD: 'secret',
    PROMOTE_FORGEJO_TOKEN: 'secret',
    CI_REGISTRY_PASSWORD: 'secret',
  };
  const identity = { SIGSTORE_ID_TOKEN: 'identity', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'identity' };
  const env = { ...secrets, ...identity, GITHUB_TOKEN: 'login', GNUPGHOME: '/keys' };
  const gpg = programs('gpg', SIGNS);
  expect(await (await open({ ...env, PATH: gpg.PATH }, { kind: 'gpg', key: 'x' }))(Buffer.from('y'))).toBe(
    'a signature\n',
  );
  expect(gpg.seen()).toContain('GNUPGHOME=/keys');
  expect(gpg.seen()).not.toMatch(/secret|PRIVATE KEY|identity|login/);
  const gitsign = programs('gitsign', SIGNS);
  const sign = await open({ ...env, PATH: gitsign.PATH }, { kind: 'gitsign' });
  // Each signature of gitsign is public for good: none is made only to see whether one can be.
  expect(gitsign.seen()).toBe('');
  await sign(Buffer.from('y'));
  expect(gitsign.seen()).toContain('ACTIONS_ID_TOKEN_REQUEST_TOKEN=identity');
  expect(gitsign.seen()).not.toMatch(/secret|PRIVATE KEY/);
});
