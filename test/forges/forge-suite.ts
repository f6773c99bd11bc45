import { describe, expect, it } from 'vitest';
import type { CommitOutcome } from '../../src/git/repository.ts';
import { change } from '../git/fixture.ts';
import type { ForgePlace } from './forge-place.ts';

const VALUES = 'apps/api/qa/values.yaml';
const FILES = { [VALUES]: 'image: a\n', 'apps/web/qa/values.yaml': 'image: w\n' };
const BRANCH = 'promote/qa/api';
const MODULE = '1234567890123456789012345678901234567890';

const REFUSED = [
  '/etc/passwd',
  '../outside.yaml',
  'apps//values.yaml',
  'apps/',
  '',
  '.git/config',
  'apps/.GIT/config',
  'apps\\values.yaml',
  'apps/line\nbreak.yaml',
  '.github/workflows/build.yaml',
  '.GitHub/workflows/build.yaml',
  '.forgejo/workflows/build.yaml',
  '.gitea/workflows/build.yaml',
  '.gitlab-ci.yml',
  'apps',
  `${VALUES}/below.yaml`,
  'link',
  'link/values.yaml',
  'module/values.yaml',
];

/** What holds of every forge's `Repository`. */
export function forgeSuite(name: string, start: ForgePlace): void {
  describe(`a repository on ${name}`, () => {
    it('lists and reads regular files byte by byte, and no links or submodules', async () => {
      const { repository, head } = await start({
        'bom.yaml': '\ufeffa: 1\r\n',
        link: { mode: '120000', content: 'bom.yaml' },
        module: { mode: '160000', content: MODULE },
      });
      expect(await repository.head('main')).toEqual({ branch: 'main', commit: head });
      expect(await repository.head('absent')).toBeUndefined();
      const files = await repository.list(head);
      expect(files.map(({ path }) => path).toSorted()).toEqual(['README.md', 'bom.yaml']);
      const tree = await repository.tree(head);
      const modes = [...tree].map(([path, { mode }]) => [path, mode]).toSorted();
      expect(modes).toEqual([
        ['README.md', '100644'],
        ['bom.yaml', '100644'],
        ['link', '120000'],
        ['module', '160000'],
      ]);
      expect(tree.get('module')?.object).toBe(MODULE);
      const blob = files.find(({ path }) => path === 'bom.yaml')?.blob ?? '';
      expect([...(await repository.read([blob, blob]))]).toEqual([[blob, '\ufeffa: 1\r\n']]);
    });

    it('commits all files at once and leaves the others alone', async () => {
      const { repository, head } = await start(FILES);
      const files = { [VALUES]: 'image: b\n', 'apps/new/qa/"odd" ü #?%.yaml': 'new: 1\n' };
      const commit = committed(await repository.commit(change(head, files)));
      expect(await repository.head('main')).toEqual({ branch: 'main', commit });
      const before = new Map((await repository.list(head)).map(({ path, blob }) => [path, blob]));
      const changed = (await repository.list(commit)).filter(({ path, blob }) => before.get(path) !== blob);
      expect(changed.map(({ path }) => path).toSorted()).toEqual(Object.keys(files).toSorted());
      const texts = await repository.read(changed.map(({ blob }) => blob));
      expect([...texts.values()].toSorted()).toEqual(Object.values(files).toSorted());
    });

    it('makes several commits on one another, and moves the branch once', async () => {
      const { repository, head } = await start(FILES);
      const added = 'apps/new/qa/values.yaml';
      const below = [
        { message: 'One', files: new Map([[added, 'one\n']]) },
        { message: 'Nothing', files: new Map([['apps/web/qa/values.yaml', 'image: w\n']]) },
        { message: 'Two', files: new Map([[added, 'two\n']]) },
      ];
      const made = await repository.commit({ ...change(head, { [VALUES]: 'image: b\n' }), below });
      const top = committed(made);
      const newest = await Array.fromAsync(repository.history(top, () => true));
      const [, two = '', one = '', start_ = ''] = newest.map(({ commit }) => commit);
      expect([made, start_]).toEqual([{ kind: 'committed', commit: top, below: [one, one, two] }, head]);
      expect(await repository.head('main')).toEqual({ branch: 'main', commit: top });
      const textAt = async (commit: string) => {
        const blob = (await repository.list(commit)).find(({ path }) => path === added)?.blob ?? '';
        return (await repository.read([blob])).get(blob);
      };
      expect([await textAt(one), await textAt(top)]).toEqual(['one\n', 'two\n']);
      const late = { ...change(head, { [VALUES]: 'image: c\n' }), below };
      expect(await repository.commit(late)).toEqual({ kind: 'moved', actual: top });
    });

    it('writes nothing once the branch has moved', async () => {
      const { repository, head, push } = await start(FILES);
      const moved = await push({ 'README.md': 'newer\n' });
      const outcome = await repository.commit(change(head, { [VALUES]: 'image: b\n' }));
      expect(outcome).toEqual({ kind: 'moved', actual: moved });
      expect(await repository.head('main')).toEqual({ branch: 'main', commit: moved });
    });

    it('makes a branch only where there is none', async () => {
      const { repository, head } = await start(FILES);
      const request = { branch: BRANCH, expected: undefined };
      const first = committed(await repository.commit(change(head, { [VALUES]: 'image: b\n' }, request)));
      expect((await repository.head(BRANCH))?.commit).toBe(first);
      const second = await repository.commit(change(head, { [VALUES]: 'image: c\n' }, request));
      expect(second).toEqual({ kind: 'moved', actual: first });
      expect((await repository.head('main'))?.commit).toBe(head);
    });

    it("puts a pull request's branch onto a new base, unless somebody else moved it", async () => {
      const { repository, head, push } = await start(FILES);
      const created = { branch: BRANCH, expected: undefined };
      const first = committed(await repository.commit(change(head, { [VALUES]: 'image: b\n' }, created)));
      const base = await push({ 'README.md': 'newer\n' });
      const replacing = { branch: BRANCH, expected: first };
      const second = committed(await repository.commit(change(base, { [VALUES]: 'image: c\n' }, replacing)));
      const [newest, below] = await Array.fromAsync(repository.history(second, () => true));
      expect([newest?.commit, below?.commit]).toEqual([second, base]);
      const late = await repository.commit(change(base, { [VALUES]: 'image: d\n' }, replacing));
      expect(late).toEqual({ kind: 'moved', actual: second });
    });

    it('lets one of two runs at once win', async () => {
      const { repository, head, again } = await start(FILES);
      const runs = [repository, await again()].map((run, at) =>
        run.commit(change(head, { [VALUES]: `image: ${at}\n` })),
      );
      const outcomes = await Promise.all(runs);
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['committed', 'moved']);
      const winner = outcomes.flatMap(outcome => (outcome.kind === 'committed' ? outcome.commit : []));
      expect((await repository.head('main'))?.commit).toBe(winner[0]);
    });

    it('keeps executable bits', async () => {
      const { repository, head, mode } = await start({
        'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
      });
      const commit = committed(await repository.commit(change(head, { 'run.sh': '#!/bin/bash\n' })));
      expect(await mode(commit, 'run.sh')).toBe('100755');
    });

    it('refuses paths that are no regular files of a deployment', async () => {
      const { repository, head } = await start({
        ...FILES,
        link: { mode: '120000', content: 'apps' },
        module: { mode: '160000', content: MODULE },
      });
      for (const path of REFUSED) {
        const commit = repository.commit(change(head, { [path]: 'text\n' }));
        await expect(commit, path).rejects.toMatchObject({ code: 'INVALID' });
      }
      expect((await repository.head('main'))?.commit).toBe(head);
    });

    it('writes a CI file only where that is asked for', async () => {
      const { repository, head } = await start(FILES);
      const files = { '.github/workflows/build.yaml': 'on: push\n' };
      await expect(repository.commit(change(head, files))).rejects.toMatchObject({ code: 'INVALID' });
      committed(await repository.commit(change(head, files, { ciFiles: true })));
    });

    it('makes no commit where nothing changes', async () => {
      const { repository, head, push } = await start(FILES);
      expect(await repository.commit(change(head, FILES))).toEqual({ kind: 'committed', commit: head });
      const moved = await push({ 'README.md': 'moved\n' });
      expect(await repository.commit(change(head, FILES))).toEqual({ kind: 'moved', actual: moved });
    });

    it('carries text from outside as it is, and nowhere else', async () => {
      const { repository, head, message } = await start(FILES);
      const seen =
        'Promote `api` <b>\n\n::set-output name=x::y\n$\u007b{ secrets.TOKEN }} @everyone "quoted" \\n';
      const branch = 'promote/qa/ü&name="x"';
      const request = { branch, expected: undefined, message: `${seen}\0\r\n` };
      const files = { [VALUES]: 'text: "\\u0000 $\u007b{ x }} \u2028 🚀"\n' };
      const commit = committed(await repository.commit(change(head, files, request)));
      expect(await message(commit)).toBe(seen);
      expect((await repository.head(branch))?.commit).toBe(commit);
      for (const name of ['--delete', '../../config', 'main.lock']) {
        const refused = repository.commit(change(head, files, { branch: name }));
        await expect(refused, name).rejects.toMatchObject({ code: 'INVALID' });
      }
    });

    it('shows what each commit changed, newest first and no further than asked', async () => {
      const { repository, head, push } = await start(FILES);
      await push({ 'README.md': 'other\n' });
      const last = await push({ [VALUES]: 'image: b\n' });
      const blobAt = async (commit: string) =>
        (await repository.list(commit)).find(({ path }) => path === VALUES)?.blob;
      const entries = await Array.fromAsync(repository.history(last, path => path === VALUES));
      const [before, after] = [await blobAt(head), await blobAt(last)];
      expect(entries.map(({ commit }) => commit)).toEqual([last, head]);
      expect(entries.map(({ changes }) => changes)).toEqual([
        [{ path: VALUES, before, after }],
        [{ path: VALUES, after: before }],
      ]);
    });

    it('says which blob is too large or absent', async () => {
      const { repository, head } = await start({ large: 'x'.repeat(5 * 1024 * 1024 + 1) });
      const large = (await repository.list(head)).find(({ path }) => path === 'large')?.blob ?? '';
      await expect(repository.read([large])).rejects.toMatchObject({ code: 'TOO_LARGE' });
      expect((await repository.read([large], () => true)).get(large)).toHaveLength(5 * 1024 * 1024 + 1);
      await expect(repository.read(['1'.repeat(40)])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}

function committed(outcome: CommitOutcome): string {
  expect(outcome.kind).toBe('committed');
  return outcome.kind === 'committed' ? outcome.commit : '';
}
