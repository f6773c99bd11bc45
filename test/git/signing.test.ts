import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SignCommit } from '../../src/git/author.ts';
import { programSigner } from '../../src/git/signing/program-signer.ts';
import { sshSigner } from '../../src/git/signing/sshsig.ts';
import { describeWith, findProgram } from '../servers/tools.ts';
import { change, GIT, git, makeRepository, openCheckout, temporaryDirectory } from './fixture.ts';

const BOT = { name: 'Bot', email: 'bot@acme.example' };
const MESSAGE = 'Promote api\n\nGrüße: ünïcode\n';

describeWith(['git', 'ssh-keygen', 'gpg'], 'a signed commit', () => {
  it.each([
    ['ed25519', '-t ed25519'],
    ['ecdsa, 256 bits', '-t ecdsa -b 256'],
    ['ecdsa, 521 bits', '-t ecdsa -b 521'],
    ['rsa', '-t rsa -b 2048'],
    ['rsa in PEM', '-t rsa -b 2048 -m PEM'],
    ['ecdsa in PKCS8', '-t ecdsa -b 384 -m PKCS8'],
  ])('verifies by ssh-keygen, with a key of %s', async (_, options) => {
    const { key, allowed, directory } = await sshKey(options);
    const payload = Buffer.from(`tree x\n\n${MESSAGE}`);
    const signature = join(directory, 'commit.sig');
    writeFileSync(signature, await sshSigner(readFileSync(key, 'utf8'))(payload));
    const args = ['-Y', 'verify', '-f', allowed, '-I', BOT.email, '-n', 'git', '-s', signature];
    const said = execFileSync('ssh-keygen', args, { input: payload, encoding: 'utf8' });
    expect(said).toContain(`Good "git" signature for ${BOT.email}`);
    const other = () => execFileSync('ssh-keygen', args, { input: `${payload}.`, stdio: 'pipe' });
    expect(other).toThrow();
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['a passphrase', text => text, /encrypted with a passphrase/],
    ['a part missing', text => text.replace(/\n.{40}/, '\n'), /none of OpenSSH|no private key/],
    ['nothing of a key', () => 'no key', /no private key/],
  ])('is not made with a key that has %s', async (what, change, reason) => {
    const passphrase = what === 'a passphrase' ? 'secret' : '';
    const { key } = await sshKey('-t ed25519', passphrase);
    const text = readFileSync(key, 'utf8');
    expect(() => sshSigner(change(text))).toThrow(reason);
    const thrown = (): unknown => {
      try {
        return sshSigner(change(text));
      } catch (error) {
        return error;
      }
    };
    expect(thrown()).toMatchObject({ code: 'KEY' });
  });

  it('is not made with a key of another kind', () => {
    const { privateKey } = generateKeyPairSync('x25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => sshSigner(pem)).toThrow(/sign no commits/);
  });

  for (const executable of [GIT, undefined]) {
    const how = executable === undefined ? 'without git' : 'with git';

    it(`verifies by git verify-commit, signed by SSH, ${how}`, async () => {
      const { key, allowed } = await sshKey('-t ed25519');
      const { directory, commit } = await commitWith(executable, sshSigner(readFileSync(key, 'utf8')));
      const config = `gpg.ssh.allowedSignersFile=${allowed}`;
      expect(await verified(directory, commit, ['-c', config])).toContain('Good "git" signature');
      expect(await git(directory, 'log', '-1', '--format=%B|%an|%s', commit)).toBe(
        `${MESSAGE}|Bot|Promote api`,
      );
      expect(await git(directory, 'fsck', '--strict', '--no-dangling')).toBe('');
    });
  }

  it('of a repository of SHA-256 has its signature where Git looks for it', async () => {
    const { key, allowed } = await sshKey('-t ed25519');
    const sign = sshSigner(readFileSync(key, 'utf8'));
    const { directory, commit } = await commitWith(GIT, sign, '--object-format=sha256');
    const config = `gpg.ssh.allowedSignersFile=${allowed}`;
    expect(await verified(directory, commit, ['-c', config])).toContain('Good "git" signature');
  });

  describe('by gpg', () => {
    let home = '';
    beforeAll(() => {
      // The agent's socket takes no long path.
      home = join('/tmp', `promote-gpg-${process.pid}`);
      mkdirSync(home, { mode: 0o700 });
      const args = [
        '--batch',
        '--passphrase',
        '',
        '--quick-generate-key',
        'Bot <bot@acme.example>',
        'ed25519',
        'sign',
      ];
      execFileSync('gpg', args, { env: gpgEnv(home), stdio: 'pipe' });
      return () => {
        execFileSync('gpgconf', ['--kill', 'all'], { env: gpgEnv(home), stdio: 'pipe' });
        rmSync(home, { recursive: true, force: true });
      };
    });

    it.each([
      ['with git', GIT],
      ['without git', undefined],
    ])('verifies by git verify-commit and gpg, %s', async (_, executable) => {
      const { directory, commit } = await commitWith(executable, gpg(BOT.email));
      expect(await verified(directory, commit, [], gpgEnv(home))).toContain('Good signature from "Bot');
      const object = execFileSync('git', ['-C', directory, 'cat-file', 'commit', commit]).toString();
      const [header = '', ...rest] = object.split(/^gpgsig /m);
      const signature = /^[\s\S]*?-----END PGP SIGNATURE-----/.exec(rest.join(''))?.[0] ?? '';
      const payload = `${header}${rest.join('').slice(signature.length + 1)}`;
      const file = join(directory, 'commit.asc');
      writeFileSync(file, signature.replaceAll('\n ', '\n'));
      const args = ['--status-fd=1', '--verify', file, '-'];
      const said = execFileSync('gpg', args, { input: payload, env: gpgEnv(home), stdio: 'pipe' }).toString();
      expect(said).toContain('[GNUPG:] GOODSIG');
    });

    it('fails with what gpg says, where it has no such key', async () => {
      await expect(gpg('nobody@acme.example')(Buffer.from('x'))).rejects.toMatchObject({
        code: 'KEY',
        message: expect.stringMatching(/sign a commit with gpg: .*(No secret key|signing failed)/),
      });
    });

    it("honours Git's own configuration: format, key and whether to sign at all", async () => {
      const ssh = await sshKey('-t ed25519');
      for (const [settings, good, env] of [
        [`[user]\n signingKey = ${BOT.email}\n`, 'Good signature from "Bot', gpgEnv(home)],
        [
          `[gpg]\n format = ssh\n[user]\n signingKey = ${ssh.key}\n[gpg "ssh"]\n allowedSignersFile = ${ssh.allowed}\n`,
          'Good "git" signature',
          gpgEnv(home),
        ],
      ] as const) {
        const work = await makeRepository({ 'qa/values.yaml': 'image: a\n' });
        writeFileSync(join(work, '.git/config'), `[core]\n bare = false\n${settings}`);
        const repository = await openCheckout(work, GIT, { author: BOT, gpgSign: true, env });
        const head = await git(work, 'rev-parse', 'HEAD');
        const files = { 'qa/values.yaml': 'image: b\n' };
        const made = await repository.commit(change(head, files, { message: MESSAGE }));
        const commit = made.kind === 'committed' ? made.commit : '';
        expect(await verified(work, commit, [], env)).toContain(good);
        expect(await git(work, 'log', '-1', '--format=%an %ct %P', commit)).toBe(`Bot 1795168800 ${head}`);
      }
    });

    function gpg(key: string): SignCommit {
      return programSigner({
        name: 'gpg',
        path: findProgram('gpg') ?? '',
        key,
        env: gpgEnv(home),
        timeout: 30_000,
      });
    }
  });

  it('is signed by gitsign as Git runs it: for the committer, with the status on its second stream', async () => {
    const directory = await temporaryDirectory();
    const program = join(directory, 'gitsign');
    writeFileSync(
      program,
      '#!/bin/sh\n[ "$1 $2 $3" = "--status-fd=2 -bsau Bot <bot@acme.example>" ] || exit 1\necho "-----BEGIN SIGNED MESSAGE-----"; wc -c; echo "-----END SIGNED MESSAGE-----"\necho "[GNUPG:] SIG_CREATED " >&2\n',
    );
    chmodSync(program, 0o755);
    const env = { PATH: process.env.PATH };
    const sign = programSigner({ name: 'gitsign', path: program, env, timeout: 10_000 });
    const { directory: work, commit } = await commitWith(GIT, sign);
    expect(await git(work, 'cat-file', 'commit', commit)).toMatch(
      /^gpgsig -----BEGIN SIGNED MESSAGE-----\n \d+\n -----END SIGNED MESSAGE-----$/m,
    );
  });
});

async function commitWith(executable: string | undefined, sign: SignCommit, ...options: readonly string[]) {
  const directory = await makeRepository({ 'qa/values.yaml': 'image: a\n' }, ...options);
  const repository = await openCheckout(directory, executable);
  const head = await git(directory, 'rev-parse', 'HEAD');
  const asked = { message: MESSAGE, as: { author: BOT, sign } };
  const made = await repository.commit(change(head, { 'qa/values.yaml': 'image: b\n' }, asked));
  return { directory, commit: made.kind === 'committed' ? made.commit : '' };
}

async function verified(
  directory: string,
  commit: string,
  config: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const args = ['-C', directory, ...config, 'verify-commit', commit];
  const said = execFileSync('sh', ['-c', 'exec "$@" 2>&1', 'sh', 'git', ...args], {
    env: { ...process.env, ...env },
  });
  return said.toString();
}

async function sshKey(options: string, passphrase = '') {
  const directory = await temporaryDirectory();
  const key = join(directory, 'key');
  execFileSync('ssh-keygen', ['-q', ...options.split(' '), '-N', passphrase, '-C', 'bot', '-f', key]);
  const allowed = join(directory, 'allowed');
  writeFileSync(allowed, `${BOT.email} ${readFileSync(`${key}.pub`, 'utf8')}`);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return { key, allowed, directory };
}

function gpgEnv(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    GNUPGHOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
  };
}
