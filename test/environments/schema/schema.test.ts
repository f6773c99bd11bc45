import { describe, expect, it } from 'vitest';
import { parsePath } from '../../../src/pins/path.ts';
import { fileWith, marked, problemsOf } from '../problems.ts';

/** The one thing wrong: what the caret stands under, and a word of the hint. */
const WRONG: readonly (readonly [string, Parameters<typeof fileWith>[0], string, string])[] = [
  ['an unknown key', { more: 'imges: {}' }, 'imges', 'images'],
  ['an unknown key of an environment', { dev: 'comit: direct' }, 'comit', 'commit'],
  ['a merge key', { dev: '<<: {}' }, '<<', ''],
  ['an unknown word', { dev: 'commit: pull-requets' }, 'pull-requets', 'pull-request'],
  ['a number for a tag', { dev: 'tags: [1.10]' }, '1.10', 'quotes'],
  ['text for a list', { dev: 'tags: "{tag}"' }, '"{tag}"', ''],
  ['nothing for an image', { images: '{ api: }' }, 'api', '{}'],
  ['an image in upper case', { images: '{ Api: {} }' }, 'Api', ''],
  ['no image', { images: '{}' }, 'images', ''],
  ['a source with a tag', { images: '{ api: { source: "ghcr.io/a/b:1" } }' }, '"ghcr.io/a/b:1"', ''],
  ['a repository with a host', { images: '{ api: { repository: "ghcr.io:443/a" } }' }, '"ghcr.io:443/a"', ''],
  [
    'an unknown kind of pin',
    { images: '{ api: { pins: [{ files: a, path: b, kind: tga }] } }' },
    'tga',
    'tag',
  ],
  [
    'a pin without a path',
    { images: '{ api: { pins: [{ files: a, kind: tag }] } }' },
    '{ files: a, kind: tag }',
    '',
  ],
  ['an environment named build', { more: '  build: {}' }, 'build', ''],
  ['an empty group', { dev: 'pullRequest: { group: { shop: [] } }' }, 'shop', ''],
  ['no approval at all', { dev: 'gates: { approval: { by: stated, count: 0 } }' }, '0', ''],
  ['half an approval', { dev: 'gates: { approval: { by: stated, count: 1.5 } }' }, '1.5', ''],
  ['an unnamed variable', { dev: 'signing: { key: env:// }' }, 'env://', ''],
  ['signing without a key', { dev: 'signing: { publicKey: a.pub }' }, 'signing', ''],
  ['an unknown format', { dev: 'signing: { key: a, formats: [bundel] }' }, 'bundel', 'bundle'],
  ['a group in upper case', { dev: 'pullRequest: { group: { Shop: [api] } }' }, 'Shop', ''],
  ['an unknown way of grouping', { dev: 'pullRequest: { group: imag }' }, 'imag', 'image'],
];

describe('the shape', () => {
  it.each(WRONG)('refuses %s', (_, parts, under, hint) => {
    const problems = problemsOf(fileWith(parts));
    expect(problems.map(marked)).toEqual([under]);
    expect(problems[0]?.hint ?? '').toContain(hint);
  });

  it.each(['/dev/**', './dev/**', '../dev/**', 'a/../b', '!dev/**', 'a\\\\b'])(
    'refuses the glob %s',
    glob => {
      expect(problemsOf(fileWith({}).replace('dev/**', glob))).toHaveLength(1);
    },
  );

  it.each(['**/*.yaml', 'a/..b/*.yaml', '{a,b}/[cd].yaml', '.github/x.yaml'])('takes the glob %s', glob => {
    expect(problemsOf(fileWith({}).replace('dev/**', glob))).toEqual([]);
  });

  it.each(['from', 'registry', 'files'])('names the environment that misses %s', key => {
    const environment = { from: 'build', registry: 'ghcr.io/a', files: ['a'], [key]: undefined };
    const text = `version: 1\nimages: { api: {} }\nenvironments:\n  dev: ${JSON.stringify(environment)}\n`;
    const [problem, ...others] = problemsOf(text);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ line: 4, column: 3 });
    expect(problem?.message).toContain(key);
  });

  it.each(['image.tag', 'a[0].b', '[1].a', 'annotations."a.b/c"', 'a b.c', 'a..b', 'a.', 'a[x]', 'a"b'])(
    'takes the pin path %s where pins can follow it',
    path => {
      const pin = JSON.stringify({ files: 'a', path, kind: 'tag' });
      const accepted = problemsOf(fileWith({ images: `{ api: { pins: [${pin}] } }` })).length === 0;
      expect(accepted).toBe(canFollow(path));
    },
  );

  it('refuses an empty file, a list and a version to come', () => {
    expect(problemsOf('')).toMatchObject([{ line: 1, column: 1 }]);
    expect(problemsOf('- a\n')).toMatchObject([{ line: 1, column: 1 }]);
    expect(problemsOf(fileWith({}).replace('version: 1', 'version: 2')).map(marked)).toEqual(['2']);
  });
});

function canFollow(path: string): boolean {
  try {
    parsePath(path);
    return true;
  } catch {
    return false;
  }
}
