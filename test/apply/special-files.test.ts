import { expect, it } from 'vitest';
import type { Repository, TreeEntry } from '../../src/git/repository.ts';
import { specialFiles } from '../../src/run/special-files.ts';
import { environment } from '../fixtures/candidates.ts';

async function special(entries: Readonly<Record<string, string>>, given = {}) {
  return (await all(entries, given)).map(({ path, what, hint }) => `${path}: ${what} (${hint})`);
}

async function all(entries: Readonly<Record<string, string>>, given = {}) {
  const tree = new Map<string, TreeEntry>(
    Object.entries(entries).map(([path, text]) => [path, { mode: text.split(' ')[0] ?? '', object: text }]),
  );
  const repository: Pick<Repository, 'read'> = {
    read: async (blobs, keep = () => true) =>
      new Map(blobs.map(blob => [blob, blob.split(' ')[1] ?? ''] as const).filter(([, text]) => keep(text))),
  };
  const own = { ...environment(), files: ['prod/**/*.yaml'], ...given };
  return await specialFiles({ repository, tree, keep: text => text === 'ours' }, own);
}

it.each([
  ['to a file of another folder', '120000 ../base/api.yaml', 'a symbolic link to base/api.yaml'],
  ['to a folder', '120000 .', 'a symbolic link to prod'],
  ['out of the repository', '120000 ../../x.yaml', 'a symbolic link out of the repository'],
  ['to the root', '120000 /etc/x.yaml', 'a symbolic link out of the repository'],
])('tells a symbolic link %s', async (_, link, expected) => {
  const [found = ''] = await special({
    'prod/link.yaml': link,
    'base/api.yaml': '100644',
    'prod/b.yaml': '100644',
  });
  expect(found).toContain(`prod/link.yaml: ${expected}`);
});

it('says nothing of a link to one of the environment’s own files, nor of one that is not its own', async () => {
  expect(await special({ 'prod/a/link.yaml': '120000 ../x.yaml', 'prod/x.yaml': '100755' })).toEqual([]);
  expect(await special({ 'dev/link.yaml': '120000 x.yaml', 'prod/README': '120000 x' })).toEqual([]);
  const exclude = ['prod/link.yaml'];
  expect(await special({ 'prod/link.yaml': '120000 ../x.yaml' }, { exclude })).toEqual([]);
});

it('tells a submodule that the globs reach into', async () => {
  expect(await special({ 'prod/apps': '160000', 'dev/apps': '160000', 'prod/x.yaml': '100644' })).toEqual([
    expect.stringContaining('prod/apps: a submodule'),
  ]);
});

it.each([
  ['a file that mentions a known image', { 'base/x.yaml': '100644 ours' }, '../base/x.yaml', undefined],
  ['a file that mentions none', { 'base/x.yaml': '100644 other' }, '../base/x.yaml', true],
  ['a folder with such a file', { 'base/a/x.yaml': '100644 ours' }, '../base', undefined],
  ['a folder with none', { 'base/a/x.yaml': '100644 other' }, '../base', true],
  ['a folder with a submodule', { 'base/a': '160000' }, '../base', undefined],
  ['a folder of its own', { 'prod/v1/x.yaml': '100644 ours' }, 'v1', true],
  ['nothing', {}, '../base', undefined],
])('notes a link where nothing behind it is of a known image: %s', async (_, entries, target, isNote) => {
  const [found] = await all({ ...entries, 'prod/link.yaml': `120000 ${target}` });
  expect(found?.isNote).toBe(isNote);
});

it.each([
  ['exclude of all in it', { exclude: ['prod/apps/**'] }, 0],
  ['exclude of itself', { exclude: ['prod/apps'] }, 0],
  ['a glob behind an exclamation mark', { files: ['prod/**/*.yaml', '!prod/apps/**'] }, 0],
  ['exclude of a part', { exclude: ['prod/apps/*.yaml'] }, 1],
])('leaves out a submodule by %s', async (_, given, count) => {
  expect(await all({ 'prod/apps': '160000' }, given)).toHaveLength(count);
});
