import { expect, it } from 'vitest';
import { insertEntry } from '../../../src/plan/init/insert-entry.ts';

const WEB = { flow: 'web: {}', block: ['web: {}'] };
const GLOB = { flow: '"b/*.yaml"', block: ['"b/*.yaml"'] };

it.each([
  [
    'a block',
    'a:\n    api: {} # ours\n\nb: 1\n',
    ['a'],
    WEB,
    'a:\n    api: {} # ours\n    web: {}\n\nb: 1\n',
  ],
  ['a block at the end, without a line feed', 'a:\n  api: {}', ['a'], WEB, 'a:\n  api: {}\n  web: {}'],
  [
    'a block with comments behind it',
    'a:\n  api: {}\n# b\nb: 1\n',
    ['a'],
    WEB,
    'a:\n  api: {}\n  web: {}\n# b\nb: 1\n',
  ],
  ['braces', 'a: { api: {} } # c\n', ['a'], WEB, 'a: { api: {}, web: {} } # c\n'],
  ['empty braces', 'a: {}\n', ['a'], WEB, 'a: { web: {} }\n'],
  ['braces over lines', 'a: {\n  api: {}, # c\n}\n', ['a'], WEB, 'a: {\n  api: {}, web: {}, # c\n}\n'],
  ['brackets', 'e: { x: ["a/*.yaml"] }\n', ['e', 'x'], GLOB, 'e: { x: ["a/*.yaml", "b/*.yaml"] }\n'],
  [
    'a list',
    'e:\n  x:\n  - a/*.yaml # c\n  y: 1\n',
    ['e', 'x'],
    GLOB,
    'e:\n  x:\n  - a/*.yaml # c\n  - "b/*.yaml"\n  y: 1\n',
  ],
  [
    'lines of several keys',
    'e:\n  x:\n    y: 1\n',
    ['e'],
    { block: ['z:', '  y: 2'] },
    'e:\n  x:\n    y: 1\n  z:\n    y: 2\n',
  ],
])('adds an entry to %s, and changes nothing else', (_, text, keys, entry, expected) => {
  expect(insertEntry(text, keys, entry)).toBe(expected);
});

it.each([
  ['no list is there', 'a: 1\n', ['a'], WEB],
  ['the key is absent', 'b: {}\n', ['a'], WEB],
  ['the entry is a block, and the list is not', 'a: { b: {} }\n', ['a'], { block: ['web:'] }],
  ['the file is broken', 'a: {\n', ['a'], WEB],
])('leaves it to a person where %s', (_, text, keys, entry) => {
  expect(insertEntry(text, keys, entry)).toBeUndefined();
});
