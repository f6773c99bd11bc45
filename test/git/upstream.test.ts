import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startGitHttp } from '../servers/git-http.ts';
import { describeWith } from '../servers/tools.ts';
import {
  change,
  commitFiles,
  fileText,
  GIT,
  git,
  makeBare,
  makeRepository,
  open,
  openCheckout,
  temporaryDirectory,
} from './fixture.ts';

const FILES = { 'qa/values.yaml': 'image: a\n', 'README.md': 'read me\n' };
const CHANGED = { 'qa/values.yaml': 'image: b\n' };

/** A clone one commit behind its remote; by HTTP, which works without `git` as well. */
async function cloneBehind(...options: readonly string[]) {
  const work = await makeRepository(FILES);
  await commitFiles(work, { 'README.md': 'second\n' }, 'second');
  const { root, bare } = await makeBare(work);
  const server = await startGitHttp(root);
  onTestFinished(() => server.close());
  const clone = join(await temporaryDirectory(), 'clone');
  await git(root, 'clone', '--quiet', ...options, `${server.url}/origin.git`, clone);
  const head = await commitFiles(work, { 'new.yaml': 'new\n' }, 'third');
  await git(work, 'push', '--quiet', bare, 'main');
  return { bare, clone, head, server };
}

/** All that a user sees of a checkout. */
async function visible(clone: string): Promise<string> {
  const refs = await git(clone, 'for-each-ref');
  const status = await git(clone, 'status', '--porcelain=v2', '--branch');
  const shallow = await readFile(join(clone, '.git/shallow'), 'utf8').catch(() => '');
  return [refs, status, shallow, await git(clone, 'config', '--local', '--list')].join('\n');
}

describeWith(['git'], 'a checkout with a remote', () => {
  it("goes where Git's settings write the remote's address anew", async () => {
    const { bare, clone, head, server } = await cloneBehind();
    await git(clone, 'remote', 'set-url', 'origin', 'https://short.example/origin.git');
    await git(clone, 'config', `url.${server.url}/.insteadOf`, 'https://short.example/');
    const repository = await openCheckout(clone, GIT);
    expect(await repository.head()).toEqual({ branch: 'main', commit: head });
    expect((await repository.commit(change(head, CHANGED))).kind).toBe('committed');
    expect(await git(bare, 'show', 'main:qa/values.yaml')).toBe('image: b');
  });

  for (const executable of [GIT, undefined]) {
    const how = executable === undefined ? 'without git' : 'with git';

    for (const options of [[], ['--depth=1'], ['--filter=blob:none', '--sparse']]) {
      it(`commits on the remote and leaves the checkout alone, cloned ${options.join(' ')}, ${how}`, async () => {
        const { bare, clone, head, server } = await cloneBehind(...options);
        await mkdir(join(clone, 'qa'), { recursive: true });
        await writeFile(join(clone, 'qa/values.yaml'), 'image: mine\n');
        await writeFile(join(clone, 'staged'), 'staged\n');
        await git(clone, 'add', 'staged');
        const before = await visible(clone);
        const repository = await openCheckout(clone, executable);
        expect(await repository.head()).toEqual({ branch: 'main', commit: head });
        const files = await repository.list(head);
        const from = server.requests.length;
        const texts = await repository.read(files.map(({ blob }) => blob));
        const connected = server.requests.slice(from).filter(({ line }) => line.startsWith('GET'));
        expect(connected.length).toBe(options.includes('--sparse') && executable !== undefined ? 1 : 0);
        expect([...texts.values()].sort()).toEqual(['image: a\n', 'new\n', 'second\n']);
        expect((await repository.commit(change(head, CHANGED))).kind).toBe('committed');
        expect(await git(bare, 'show', 'main:qa/values.yaml')).toBe('image: b');
        expect(await git(bare, 'rev-parse', 'main~1')).toBe(head);
        expect(await visible(clone)).toBe(before);
        expect(await fileText(clone, 'qa/values.yaml')).toBe('image: mine\n');
        await git(clone, 'fsck');
      });
    }

    it(`takes the upstream of the checked-out branch, else the remote's default branch, ${how}`, async () => {
      const { bare, clone, head } = await cloneBehind();
      await git(bare, 'branch', 'release', 'main~1');
      await git(clone, 'fetch', '--quiet');
      await git(clone, 'checkout', '--quiet', '-b', 'mine', '--track', 'origin/release');
      expect((await (await openCheckout(clone, executable)).head())?.branch).toBe('release');
      await git(clone, 'checkout', '--quiet', '-b', 'local');
      expect(await (await openCheckout(clone, executable)).head()).toEqual({ branch: 'main', commit: head });
      await git(clone, 'checkout', '--quiet', '--detach');
      expect((await (await openCheckout(clone, executable)).head())?.branch).toBe('main');
      await git(clone, 'remote', 'add', 'fork', 'http://127.0.0.1:1/fork.git');
      expect((await (await openCheckout(clone, executable)).head())?.branch).toBe('main');
      await git(clone, 'remote', 'rename', 'origin', 'other');
      await expect(openCheckout(clone, executable)).rejects.toMatchObject({ code: 'AMBIGUOUS' });
    });

    it(`follows the remote's default branch where the checkout's does not count, ${how}`, async () => {
      const { bare, clone, head } = await cloneBehind();
      await git(bare, 'branch', 'release', 'main~1');
      await git(clone, 'remote', 'add', 'fork', 'http://127.0.0.1:1/fork.git');
      await git(clone, 'fetch', '--quiet', 'origin');
      await git(clone, 'checkout', '--quiet', '-b', 'mine', '--track', 'origin/release');
      const location = { kind: 'checkout', directory: clone, follows: 'remote' } as const;
      expect(await (await open(location, executable)).head()).toEqual({ branch: 'main', commit: head });
      await git(clone, 'config', 'branch.mine.remote', 'fork');
      expect(await (await open(location, executable)).head()).toEqual({ branch: 'main', commit: head });
    });
  }

  it('replaces an authorization header that a CI left in the checkout', async () => {
    const { clone, server } = await cloneBehind();
    await git(clone, 'config', `http.${server.url}/.extraHeader`, 'Authorization: Basic b2xkOm9sZA==');
    const from = server.requests.length;
    const login = { username: 'x-access-token', password: 's3cret-token' };
    const repository = await openCheckout(clone, GIT, { credentials: async () => login });
    await repository.head();
    const expected = `Basic ${Buffer.from('x-access-token:s3cret-token').toString('base64')}`;
    expect(new Set(server.requests.slice(from).map(({ authorization }) => authorization))).toEqual(
      new Set([expected]),
    );
  });

  it('runs no hook and is not misled by the variables of one', async () => {
    const { clone, bare, head } = await cloneBehind();
    const hook = join(clone, '.git/hooks/pre-push');
    await writeFile(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const env = {
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_DIR: '/nowhere',
      GIT_INDEX_FILE: '/nowhere',
    };
    const repository = await openCheckout(clone, GIT, { env });
    expect((await repository.commit(change(head, CHANGED))).kind).toBe('committed');
    expect(await git(bare, 'rev-parse', 'main~1')).toBe(head);
  });

  it('reaches remotes that are paths, of both object formats', async () => {
    for (const format of ['sha1', 'sha256']) {
      const { bare } = await makeBare(await makeRepository(FILES, `--object-format=${format}`));
      const repository = await open({ kind: 'remote', url: bare }, GIT);
      const head = await repository.head();
      expect((await repository.list(head?.commit ?? '')).length).toBe(2);
      expect((await repository.commit(change(head?.commit ?? '', CHANGED))).kind).toBe('committed');
      expect(await git(bare, 'show', 'main:qa/values.yaml')).toBe('image: b');
    }
  });

  it('says that a directory lies in no repository', async () => {
    const directory = await temporaryDirectory();
    await expect(openCheckout(directory, GIT)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(openCheckout(directory, undefined)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  for (const executable of [GIT, undefined]) {
    it(`ends where a remote stalls or the run is cancelled, ${executable ? 'with' : 'without'} git`, async () => {
      let [opened, closed] = [0, 0];
      const stalled = createServer(socket => {
        opened += 1;
        socket
          .on('close', () => closed++)
          .on('error', () => {})
          .resume();
      });
      await new Promise<void>(resolve => stalled.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void stalled.close());
      const address = stalled.address();
      const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/x.git`;
      const slow = await open({ kind: 'remote', url }, executable, { timeout: 300 });
      await expect(slow.head()).rejects.toMatchObject({ code: 'UNREACHABLE' });
      const controller = new AbortController();
      const cancelled = await open({ kind: 'remote', url }, executable, { signal: controller.signal });
      stalled.once('connection', () => controller.abort());
      await expect(cancelled.head()).rejects.toMatchObject({ code: 'CANCELLED' });
      // Git's transport helpers are gone too, and their connections with them.
      await expect.poll(() => [opened > 0, opened - closed], { timeout: 60_000 }).toEqual([true, 0]);
    });
  }
});
