import { expect, it } from 'vitest';
import { namedBuild } from '../../src/cli/named-build.ts';

it('takes names exactly, and patterns where told', () => {
  expect(namedBuild(['builder=https://b.example/v1?a=b', 'ref~=refs/tags/v.*'])).toEqual({
    builder: { kind: 'exact', text: 'https://b.example/v1?a=b' },
    ref: { kind: 'pattern', pattern: 'refs/tags/v.*' },
  });
});

it.each<[readonly string[], string]>([
  [['source=https://github.com/acme/shop'], 'the builder is not named'],
  [['builder=a', 'builder=b'], 'builder is there twice'],
  [['builder=a', 'branch=main'], 'branch=main is not understood'],
  [['builder='], 'builder= is not understood'],
  [['builder~=('], '( is no regular expression'],
  [['toString=a'], 'toString=a is not understood'],
])('refuses %j', (written, words) => {
  expect(() => namedBuild(written)).toThrow(words);
});
