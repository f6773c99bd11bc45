import { expect, it } from 'vitest';
import { specialText } from '../../src/plan/special-file.ts';
import { unreadBases } from '../../src/plan/unread-bases.ts';

const FILE = 'prod/kustomization.yaml';

function told(named: string, tree: Readonly<Record<string, string>> = {}, base = '') {
  const text = `resources:\n  - ${named}\n`;
  const texts = new Map([[FILE, text], ...(base === '' ? [] : [[base, 'resources: []\n'] as const])]);
  const entries = Object.entries({ [FILE]: '100644', ...tree });
  const all = new Map(entries.map(([path, mode]) => [path, { mode, object: path }]));
  return unreadBases({ texts, tree: all }).map(specialText);
}

it.each([
  ['a path that leads to nothing', '../bsae', {}, 'bsae is not in the commit'],
  ['a file that is not there', 'api.yaml', {}, 'prod/api.yaml is not in the commit'],
  ['a path out of the repository', '../../x', {}, '../../x is out of the repository'],
  ['a symbolic link', '../base', { base: '120000' }, 'base is a symbolic link'],
  ['a file behind a link', '../base/a/api.yaml', { base: '120000' }, 'base/a/api.yaml is a symbolic link'],
  ['a submodule', '../vendor/base', { vendor: '160000' }, 'vendor/base is in a submodule'],
  ['a folder that builds nothing', '../base', { 'base/a.yaml': '100644' }, 'base is a folder without'],
])('tells %s that a kustomization builds on', (_, named, tree, expected) => {
  const [said = '', ...others] = told(named, tree);
  expect(said).toContain(expected);
  expect(said).toContain('prod/kustomization.yaml:2:5 builds on it');
  expect(others).toEqual([]);
});

it.each([
  ['a file of the commit', 'api.yaml', { 'prod/api.yaml': '100644' }, ''],
  ['a base that is read', '../base', {}, 'base/kustomization.yaml'],
  ['a base of another host that a comment settles', 'github.com/acme/api # promote: ignore no image', {}, ''],
])('says nothing of %s', (_, named, tree, base) => {
  expect(told(named, tree, base)).toEqual([]);
});

it.each([
  ['https://github.com/acme/bases//api?ref=v1'],
  ['git@github.com:acme/bases.git//api?ref=v1'],
  ['github.com/acme/bases/api'],
])('notes a base of another host: %s', named => {
  const texts = new Map([[FILE, `resources:\n  - ${named}\n`]]);
  const [found, ...others] = unreadBases({ texts, tree: new Map() });
  expect(found).toMatchObject({ path: named, isNote: true, what: expect.stringContaining('is not read') });
  expect(found?.what).toContain('prod/kustomization.yaml:2:5 builds on it');
  expect(others).toEqual([]);
});

it('tells what a base builds on', () => {
  const texts = new Map([
    [FILE, 'resources: [../base]\n'],
    ['base/kustomization.yaml', 'bases: [gone]\n'],
  ]);
  expect(unreadBases({ texts, tree: new Map() }).map(({ path }) => path)).toEqual(['base/gone']);
});
