import { expect, it } from 'vitest';
import { namedBuild } from '../../src/cli/named-build.ts';

it('takes names exactly, and patterns where told', () => {
  expect(namedBuild(['builder=https://b.example/v1?a=b', 'ref~=refs/tags/v.*'])).toEqual({
    builder: { kind: 'exact', text: 'https://b.example/v1?a=b' },
    ref: { kind: 'pattern', pattern: 'refs/tags/v.*' },
  });
  expect(namedBuild(['builder=b', 'parameter.args.build-arg:V=1=2', 'parameter.*~=.*'])).toMatchObject({
    parameters: {
      'args.build-arg:V': { kind: 'exact', text: '1=2' },
      '*': { kind: 'pattern', pattern: '.*' },
    },
  });
});

it.each<[readonly string[], string]>([
  [['source=https://github.com/acme/shop'], 'the builder is not named'],
  [['builder=a', 'builder=b'], 'builder is there twice'],
  [['builder=a', 'branch=main'], 'branch=main is not understood'],
  [['builder=a', 'parameter.a=b', 'parameter.a=c'], 'parameter.a is there twice'],
  [['builder=a', 'parameter.=b'], 'parameter.=b is not understood'],
  [['builder='], 'builder= is not understood'],
  [['builder~=('], '( is no regular expression'],
  [['toString=a'], 'toString=a is not understood'],
])('refuses %j', (written, words) => {
  expect(() => namedBuild(written)).toThrow(words);
});
