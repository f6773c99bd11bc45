import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { editPins } from '../../src/pins/edit.ts';
import { expectEdits, marked, NEW } from './marked.ts';

const AMBIGUOUS = ['1.10', '123e456', '0x1f', '0X1F', '0B1', '0o17', '017', '1_000', '1e1_0', '5', '1.']
  .concat(['yes', 'No', 'on', 'y', 'true', 'null', 'Null', '2024-01-01', '2024-1-1', '.5'])
  .filter(tag => /^\w/.test(tag));

describe('a tag that some reader takes for something else', () => {
  it.each(AMBIGUOUS)('%s is quoted', tag => {
    const text = 'repository: a/b\ntag: «1.2.3|"TAG"»\ndigest: «OLD|NEW»\n'.replace('TAG', tag);
    expectEdits(text, { tag });
    for (const version of ['1.1', '1.2'] as const) {
      expect(parse(marked(text).after, { version })).toEqual({ repository: 'a/b', tag, digest: NEW });
    }
  });

  it('is quoted on the way, where it was not and stays the same', () => {
    expectEdits('repository: a/b\ntag: «1.10|"1.10"»\ndigest: «OLD|NEW»\n', { tag: '1.10' });
  });

  it('keeps the quotes it has', () => {
    expectEdits("repository: a/b\ntag: '«1.9|1.10»'\ndigest: «OLD|NEW»\n", { tag: '1.10' });
  });
});

it.each(['1.2.3', 'v1', '1.2.3-rc.1', 'main-4f2a91c', '2024.01.01', 'latest'])('a tag %s stays plain', tag =>
  expectEdits('repository: a/b\ntag: «old|TAG»\ndigest: «OLD|NEW»\n'.replace('TAG', tag), { tag }),
);

it.each([
  ['a literal block', 'image: |-\n  ghcr.io/acme/api:1\n'],
  ['a folded block', 'a: 1\nimage: >-\n  ghcr.io/acme/api:1\n'],
  ['a value over two lines', 'repository: a/b\ndigest:\ntag: "1\\\n  2"\n'],
])('%s is refused rather than damaged', (_, text) => {
  const target = { repository: 'ghcr.io/acme/api' as RepositoryName, tag: '2', digest: NEW };
  const edit = () =>
    editPins('values.yaml', text, [{ locator: text.includes('image') ? '0:image' : '0:', target }]);
  expect(edit).toThrow(
    expect.objectContaining({ code: 'INVALID', message: expect.stringMatching(/^values.yaml:\d:\d/) }),
  );
});

it.each([
  ['a quote in an image layout', 'image: "«oci:./a:1|oci:it\'s/\\"x\\":1.3.0@NEW»"\n', 'oci:it\'s/"x"'],
  ['one in single quotes', "image: '«oci:./a:1|oci:it''s:1.3.0@NEW»'\n", "oci:it's"],
  ['a bracket in a plain value', 'image: «oci:./a:1|"oci:./[a]:1.3.0@NEW"»\n', 'oci:./[a]'],
])('%s is escaped', (_, text, repository) => expectEdits(text, { repository }));
