import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { changedPaths, changedPins, differsInPins, isExactly } from '../../src/plan/change.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const OLD = digestNamed('api 1');
const NEW = digestNamed('api 2');
const values = (tag: string, more = '') =>
  `image:\n  repository: registry.example/qa/api\n  tag: "${tag}"\n${more}`;

function blob(text: string, hash = 'sha1'): string {
  return createHash(hash)
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');
}

function tree(files: Readonly<Record<string, string>>, hash?: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(files).map(([path, text]) => [path, `100644 ${blob(text, hash)}`]));
}

describe('the change of a commit', () => {
  const before = { a: 'old\n', b: 'same\n' };
  const files = new Map([['a', 'nëw\n']]);

  it.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['exactly the planned text', { a: 'nëw\n', b: 'same\n' }, true],
    ['nothing', before, false],
    ['another text', { a: 'nëw\n\n', b: 'same\n' }, false],
    ['another file too', { a: 'nëw\n', b: 'other\n' }, false],
    ['a file more', { a: 'nëw\n', b: 'same\n', c: '' }, false],
    ['a file less', { a: 'nëw\n' }, false],
  ])('is the plan where it is %s', (_, after, expected) => {
    for (const hash of ['sha1', 'sha256']) {
      expect(isExactly(tree(before, hash), tree(after, hash), files)).toBe(expected);
    }
  });

  it.each([
    ['an executable bit', 'a', `100755 ${blob('nëw\n')}`],
    ['a link in its place', 'a', `120000 ${blob('nëw\n')}`],
    ['a link beside it', 'c', `120000 ${blob('a')}`],
    ['a submodule beside it', 'c', `160000 ${blob('a')}`],
  ])('is not the plan where it brings %s too', (_, path, entry) => {
    const after = new Map([...tree({ a: 'nëw\n', b: 'same\n' }), [path, entry]]);
    expect(isExactly(tree(before), after, files)).toBe(false);
  });

  it('keeps an executable file executable', () => {
    const executable = (text: string) => new Map([['a', `100755 ${blob(text)}`]]);
    expect(isExactly(executable('old\n'), executable('nëw\n'), files)).toBe(true);
  });

  it('lists paths that came, went and changed', () => {
    expect(changedPaths(tree({ a: '1', b: '1' }), tree({ b: '2', c: '1' })).toSorted()).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('a text that differs', () => {
  it.each([
    ['in a digest', values(`2.0.0@${NEW}`), true],
    ['in nothing', values(`1.0.0@${OLD}`), true],
    ['in a tag without a digest', values('2.0.0'), false],
    ['in something beside the pin', values(`2.0.0@${NEW}`, 'replicas: 3\n'), false],
    ['in a comment', `# mine\n${values(`2.0.0@${NEW}`)}`, false],
    ['in being no YAML', 'image: [', false],
  ])('%s', (_, after, expected) => {
    const texts = { before: values(`1.0.0@${OLD}`), after };
    expect(differsInPins(environments(), environment(), 'qa/api.yaml', texts)).toBe(expected);
  });
});

it('shows which images got another digest', () => {
  const pins = (tag: string) =>
    imagePins(environments(), environment(), new Map([['qa/api.yaml', values(tag)]]));
  expect([...changedPins(pins(`1@${OLD}`), pins(`2@${NEW}`), () => false)]).toMatchObject([
    ['api', { tag: '2', digest: NEW }],
  ]);
  expect(changedPins(pins(`1@${OLD}`), pins(`1@${OLD}`), () => false).size).toBe(0);
});
