import { array, assert, nat, oneof, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { formatPath, parsePath } from '../../src/pins/path.ts';

it.each([
  ['image.tag', ['image', 'tag']],
  ['a[0].b', ['a', 0, 'b']],
  ['a."b.c".d', ['a', 'b.c', 'd']],
  ['[1][2]', [1, 2]],
  ['"say \\"hi\\""', ['say "hi"']],
  ['a[*].b', ['a', { every: true }, 'b']],
  ['[*]', [{ every: true }]],
  ['c[name=api].image', ['c', { key: 'name', holds: 'api' }, 'image']],
  ['c["a.b/c"="x]y"]', ['c', { key: 'a.b/c', holds: 'x]y' }]],
  ['c[name=a b.c]', ['c', { key: 'name', holds: 'a b.c' }]],
])('reads %s', (text, path) => expect(parsePath(text)).toEqual(path));

it.each(['a..b', '.a', 'a.', 'a[x]', 'a[x=]', 'a[=x]', 'a[**]', 'a[1=x]', 'a[0]b', '"a', '"\\x"', 'a"b'])(
  'refuses %s',
  text => expect(() => parsePath(text)).toThrow(expect.objectContaining({ code: 'CONFIGURATION' })),
);

it('reads back every path that a locator writes', () => {
  const path = array(oneof(nat(999), string({ unit: 'grapheme' })), { minLength: 1 });
  assert(
    property(path, keys => {
      expect(parsePath(formatPath(keys))).toEqual(keys);
    }),
  );
});
