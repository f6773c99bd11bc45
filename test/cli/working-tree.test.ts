import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readWorkingTree } from '../../src/cli/working-tree.ts';

it('reads files whose names begin with a dot, follows no link, and leaves out what programs keep', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'promote-tree-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const paths = [
    '.git/x.yaml',
    'a/node_modules/x.yaml',
    'a/.argocd-source-api.yaml',
    '.gitlab/b.yaml',
    'c.txt',
  ];
  for (const path of paths) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), path);
  }
  await symlink('a', join(directory, 'link'));
  await symlink('c.txt', join(directory, 'd.yaml'));
  expect([...(await readWorkingTree(directory, path => path.endsWith('.yaml')))]).toEqual([
    ['.gitlab/b.yaml', '.gitlab/b.yaml'],
    ['a/.argocd-source-api.yaml', 'a/.argocd-source-api.yaml'],
    ['c.txt', ''],
  ]);
});
