import { expect, it } from 'vitest';
import type { Repository, TreeEntry } from '../../src/git/repository.ts';
import { specialFiles } from '../../src/run/read-pins.ts';
import { environment } from '../fixtures/candidates.ts';

async function special(entries: Readonly<Record<string, string>>, given = {}) {
  const tree = new Map<string, TreeEntry>(
    Object.entries(entries).map(([path, text]) => [path, { mode: text.split(' ')[0] ?? '', object: text }]),
  );
  const repository: Pick<Repository, 'read'> = {
    read: async blobs => new Map(blobs.map(blob => [blob, blob.split(' ')[1] ?? ''])),
  };
  const own = { ...environment(), files: ['prod/**/*.yaml'], ...given };
  const found = await specialFiles(repository as Repository, tree, own);
  return found.map(({ path, what, hint }) => `${path}: ${what} (${hint})`);
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
