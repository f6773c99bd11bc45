import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { joinLines } from '../../src/pins/yaml/join-lines.ts';
import { expectEdits } from './marked.ts';

const POD = (args: string) =>
  `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    args: ${args}\n    image: "ghcr.io/acme/api:«1.2.3|1.3.0@NEW»" # kept\n`;

describe('YAML that Go reads at any indentation is read, and changes in its pins alone', () => {
  it.each([
    ['a quoted string', '["\n      wait &&\n      go\n    "]'],
    ['a quoted string at the margin', '["\nwait [ # no comment\n"]'],
    ['single quotes', "['it''s\nhere\n    ']"],
    ['brackets', '[\n    a, # one, "two\n    {b: c},\n    ]'],
    ['brackets at the margin', '[\na,\nb\n]'],
    ['both', '[\n"a\nb", \'c\nd\' ]'],
    [
      'a quoted string behind a block',
      '["\n    x"]\n    script: |\n      echo "not\n      [ quoted\n    other: "a\n    b"',
    ],
    ['a quoted string behind a plain one with a quote', '["\n    x"]\n    note: it\'s 5" wide'],
  ])('%s', (_, args) => {
    expectEdits(POD(args), { file: 'pod.yaml' });
    expectEdits(POD(args).replaceAll('\n', '\r\n'), { file: 'pod.yaml' });
  });

  it('keeps every offset', () => {
    const text = POD('["\n  é 🚀\n    "] # c');
    expect(joinLines(text)).toHaveLength(text.length);
    expect(parse(joinLines(text).replaceAll(/[«»]/g, ''))).toMatchObject({ kind: 'Pod' });
  });
});
