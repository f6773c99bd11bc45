import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type GitHttpServer, startGitHttp } from '../servers/git-http.ts';
import { describeWith } from '../servers/tools.ts';
import {
  change,
  commitFiles,
  GIT,
  git,
  makeBare,
  makeRepository,
  open,
  temporaryDirectory,
} from './fixture.ts';

const FILES = { 'qa/values.yaml': 'image: a\n', 'prod/values.yaml': 'image: p\n', 'README.md': 'read me\n' };
const LOGIN = { username: 'x-access-token', password: 's3cret-token' };

interface Served {
  readonly server: GitHttpServer;
  readonly url: string;
  readonly bare: string;
  readonly work: string;
}

/** A repository of three commits behind HTTP. */
async function serve(options: Parameters<typeof startGitHttp>[1] = {}): Promise<Served> {
  const work = await makeRepository({ ...FILES, 'qa/values.yaml': 'image: old\n' });
  await commitFiles(work, { 'qa/values.yaml': 'image: a\n' }, 'second');
  await commitFiles(work, { 'README.md': 'third\n' }, 'third');
  const { root, bare } = await makeBare(work);
  const server = await startGitHttp(root, options);
  onTestFinished(() => server.close());
  return { server, url: `${server.url}/origin.git`, bare, work };
}

describeWith(['git'], 'a remote over HTTP', () => {
  for (const executable of [GIT, undefined]) {
    const how = executable === undefined ? 'without git' : 'with git';

    it(`moves a branch on by a commit of both parents, where force pushes are forbidden, ${how}`, async () => {
      const { url, bare } = await serve();
      await git(bare, 'config', 'receive.denyNonFastForwards', 'true');
      const older = await git(bare, 'rev-parse', 'main~1');
      const base = await git(bare, 'rev-parse', 'main');
      const branch = 'promote/qa/api';
      const first = await open({ kind: 'remote', url }, executable);
      await first.commit(change(older, { 'qa/values.yaml': 'image: b\n' }, { branch, expected: undefined }));
      const expected = await git(bare, 'rev-parse', branch);
      // Another run, which has not read the branch.
      const repository = await open({ kind: 'remote', url }, executable);
      const made = await repository.commit(
        change(base, { 'qa/values.yaml': 'image: c\n' }, { branch, expected }),
      );
      expect(made).toEqual({ kind: 'committed', commit: await git(bare, 'rev-parse', branch) });
      expect(await git(bare, 'log', '-1', '--format=%P', branch)).toBe(`${base} ${expected}`);
      expect(await git(bare, 'diff', '--name-only', 'main', branch)).toBe('qa/values.yaml');
    });

    for (const filters of ['true', 'false']) {
      it(`reads, commits and proposes, filters ${filters}, ${how}`, async () => {
        const { url, bare, server } = await serve();
        await git(bare, 'config', 'uploadpack.allowFilter', filters);
        const repository = await open({ kind: 'remote', url }, executable);
        const head = await repository.head();
        expect(head).toEqual({ branch: 'main', commit: await git(bare, 'rev-parse', 'main') });
        const parent = head?.commit ?? '';
        const files = await repository.list(parent);
        const fetches = server.requests.filter(({ line }) => line.startsWith('POST')).length;
        const texts = await repository.read(files.map(({ blob }) => blob));
        expect([...texts.values()].sort()).toEqual(['image: a\n', 'image: p\n', 'third\n']);
        // All contents came with the commit, or by one fetch: listing and fetching are at most a request each.
        expect(
          server.requests.filter(({ line }) => line.startsWith('POST')).length - fetches,
        ).toBeLessThanOrEqual(2);

        const outcome = await repository.commit(change(parent, { 'qa/values.yaml': 'image: b\n' }));
        expect(outcome).toEqual({ kind: 'committed', commit: await git(bare, 'rev-parse', 'main') });
        const review = { branch: 'promote/qa/api', expected: undefined };
        const proposed = await repository.commit(change(parent, { 'qa/values.yaml': 'image: c\n' }, review));
        expect(proposed).toEqual({
          kind: 'committed',
          commit: await git(bare, 'rev-parse', 'promote/qa/api'),
        });
        const next = outcome.kind === 'committed' ? outcome.commit : '';
        const expected = proposed.kind === 'committed' ? proposed.commit : '';
        const again = await repository.commit(
          change(next, { 'qa/values.yaml': 'image: d\n' }, { ...review, expected }),
        );
        expect(again.kind).toBe('committed');
        expect(await git(bare, 'rev-parse', 'promote/qa/api~1')).toBe(next);
        await git(bare, 'fsck', '--strict');
      });
    }

    it(`reads history and the contents that lie only there, ${how}`, async () => {
      const { url, bare } = await serve();
      await git(bare, 'config', 'uploadpack.allowFilter', 'true');
      const repository = await open({ kind: 'remote', url }, executable);
      const head = await repository.head();
      await repository.list(head?.commit ?? '');
      const entries = await Array.fromAsync(
        repository.history(head?.commit ?? '', path => path.startsWith('qa/')),
      );
      expect(entries.map(({ message }) => message.trim())).toEqual(['second', 'first']);
      const before = entries[0]?.changes[0]?.before ?? '';
      expect((await repository.read([before])).get(before)).toBe('image: old\n');
    });

    it(`proposes on the observed commit though the branch has moved on, ${how}`, async () => {
      const { url, bare, work, server } = await serve();
      await git(bare, 'config', 'uploadpack.allowFilter', 'true');
      const repository = await open({ kind: 'remote', url }, executable);
      const head = await repository.head();
      const parent = head?.commit ?? '';
      const values = (await repository.list(parent)).filter(({ path }) => path === 'qa/values.yaml');
      await repository.read(values.map(({ blob }) => blob));
      await commitFiles(work, { 'README.md': 'moved on\n' }, 'moved on');
      await git(work, 'push', '--quiet', bare, 'main');
      const before = server.requests.length;
      const request = change(
        parent,
        { 'qa/values.yaml': 'b\n' },
        { branch: 'promote/qa/api', expected: undefined },
      );
      expect((await repository.commit(request)).kind).toBe('committed');
      expect(await git(bare, 'rev-parse', 'promote/qa/api~1')).toBe(parent);
      // Advertisement and push, with a negotiation in between: no other content is fetched to be sent back.
      expect(server.requests.length - before).toBeLessThanOrEqual(4);
    });

    it(`lets exactly one of two runs win and reports it to the other, ${how}`, async () => {
      const { url, bare } = await serve();
      const parent = await git(bare, 'rev-parse', 'main');
      const runs = ['b', 'c'].map(async image => {
        const repository = await open({ kind: 'remote', url }, executable);
        return await repository.commit(change(parent, { 'qa/values.yaml': `image: ${image}\n` }));
      });
      const outcomes = await Promise.all(runs);
      const commit = await git(bare, 'rev-parse', 'main');
      expect(outcomes).toContainEqual({ kind: 'committed', commit });
      expect(outcomes).toContainEqual({ kind: 'moved', actual: commit });
    });

    it(`does not overwrite a branch that was made meanwhile, ${how}`, async () => {
      const { url, bare } = await serve();
      const parent = await git(bare, 'rev-parse', 'main');
      await git(bare, 'branch', 'promote/qa/api', 'main~1');
      const repository = await open({ kind: 'remote', url }, executable);
      const request = change(
        parent,
        { 'qa/values.yaml': 'b\n' },
        { branch: 'promote/qa/api', expected: undefined },
      );
      const actual = await git(bare, 'rev-parse', 'main~1');
      expect(await repository.commit(request)).toEqual({ kind: 'moved', actual });
      await git(bare, 'branch', '-D', 'promote/qa/api');
      const gone = await repository.commit({ ...request, expected: actual });
      expect(gone).toEqual({ kind: 'moved', actual: undefined });
    });

    it(`takes a push whose answer was lost for what it was, ${how}`, async () => {
      const { url, bare, server } = await serve();
      const repository = await open({ kind: 'remote', url }, executable);
      const parent = await git(bare, 'rev-parse', 'main');
      server.loseNextPushAnswer();
      const outcome = await repository.commit(change(parent, { 'qa/values.yaml': 'image: b\n' }));
      expect(outcome).toEqual({ kind: 'committed', commit: await git(bare, 'rev-parse', 'main') });
      expect(await git(bare, 'rev-parse', 'main~1')).toBe(parent);
    });

    it(`passes on why the remote refused, ${how}`, async () => {
      const { url, bare } = await serve();
      const hook = join(bare, 'hooks/pre-receive');
      await writeFile(
        hook,
        "#!/bin/sh\nprintf 'GH006: \\033[31mprotected\\033[0m branch https://me:hunter2@host/\\n' >&2\nexit 1\n",
      );
      await chmod(hook, 0o755);
      const repository = await open({ kind: 'remote', url }, executable);
      const commit = repository.commit(
        change(await git(bare, 'rev-parse', 'main'), { 'qa/values.yaml': 'b\n' }),
      );
      const error = await commit.catch(caught => caught);
      expect(error).toMatchObject({ code: 'FORBIDDEN', hint: expect.any(String) });
      expect(error.message).toContain('GH006: protected branch https://***@host/');
      expect(error.message).not.toMatch(/[\x00-\x1f]|hunter2/);
    });

    it(`gives the login without showing it, and says when it is refused, ${how}`, async () => {
      const { url, bare, server } = await serve({ login: LOGIN });
      const repository = await open({ kind: 'remote', url }, executable, { credentials: async () => LOGIN });
      const head = await repository.head();
      expect((await repository.commit(change(head?.commit ?? '', { 'qa/values.yaml': 'b\n' }))).kind).toBe(
        'committed',
      );
      expect(await git(bare, 'show', 'main:qa/values.yaml')).toBe('b');
      // One header each and none refused first.
      expect(server.requests.filter(({ authorization }) => !/^Basic \S+$/.test(authorization ?? ''))).toEqual(
        [],
      );

      const inUrl = await open(
        { kind: 'remote', url: url.replace('//', '//x-access-token:s3cret-token@') },
        executable,
      );
      expect(inUrl.name).toBe(url);
      expect((await inUrl.head())?.branch).toBe('main');

      const wrong = { ...LOGIN, password: 'wr0ng-token' };
      const refused = await open({ kind: 'remote', url }, executable, { credentials: async () => wrong });
      const error = await refused.head().catch(caught => caught);
      expect(error).toMatchObject({ code: 'UNAUTHORIZED' });
      expect(JSON.stringify([error.message, error.hint])).not.toContain('wr0ng-token');
    });

    it(`says that nothing answers, and that nothing is there, ${how}`, async () => {
      const { server } = await serve();
      const absent = await open({ kind: 'remote', url: `${server.url}/absent.git` }, executable);
      await expect(absent.head()).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const silent = await open({ kind: 'remote', url: 'http://127.0.0.1:1/x.git' }, executable);
      await expect(silent.head()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    });

    it(`knows an empty repository and a branch that is not there, ${how}`, async () => {
      const { server, bare, url } = await serve();
      await git(bare, 'init', '--quiet', '--bare', '../empty.git');
      const empty = await open({ kind: 'remote', url: `${server.url}/empty.git` }, executable);
      expect(await empty.head()).toBeUndefined();
      const repository = await open({ kind: 'remote', url }, executable);
      expect(await repository.head('promote/qa/api')).toBeUndefined();
    });

    it(`keeps objects between runs in the cache and nothing else, ${how}`, async () => {
      const { url, server } = await serve();
      const cacheDirectory = await temporaryDirectory();
      const list = async () => {
        const repository = await open({ kind: 'remote', url }, executable, { cacheDirectory });
        const head = await repository.head();
        return await repository.list(head?.commit ?? '');
      };
      const first = await list();
      const requests = server.requests.length;
      expect(await list()).toEqual(first);
      expect(server.requests.length - requests).toBeLessThanOrEqual(2);
    });
  }
});
