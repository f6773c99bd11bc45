import { describe, expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { editPins } from '../../src/pins/edit.ts';
import { findPins } from '../../src/pins/find.ts';
import type { PinTarget } from '../../src/pins/pin.ts';
import { editedValue, pinValue } from '../../src/pins/value.ts';
import { expectEdits, NEW, OLD } from './marked.ts';

const target = (name: string, tag?: string): PinTarget => ({
  repository: `ghcr.io/acme/${name}` as RepositoryName,
  ...(tag === undefined ? {} : { tag }),
  digest: NEW,
});
const edit = (text: string, changes: Readonly<Record<string, PinTarget>>) =>
  editPins(
    'values.yaml',
    text,
    Object.entries(changes).map(([locator, to]) => ({ locator, target: to })),
  );
const invalid = expect.objectContaining({ code: 'INVALID' });

describe('everything but the pin', () => {
  const text = 'a: 1   # one\n\n\n"image":   ghcr.io/acme/api:«1|1.3.0@NEW» # two\nz: [ 1,2 ]\n...\n';
  it.each([
    ['carriage returns', text.replaceAll('\n', '\r\n')],
    ['mixed line ends', text.replace('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${text}`],
    ['a missing final newline', text.trimEnd()],
    ['directives and markers', `%YAML 1.1\n--- !!map\n${text}`],
    ['characters of more than one unit', `emoji: "🚀 é"\n${text}`],
    ['duplicate keys elsewhere', `other: { a: 1, a: 2 }\n${text}`],
    ['tags of other tools', `secret: !Ref x\nvault: !vault |\n  abc\n${text}`],
  ])('is kept: %s', (_, marks) => expectEdits(marks));
});

describe('a pin behind an alias', () => {
  it('is found once, at its anchor, and edited there', () => {
    const text =
      'x-image: &image ghcr.io/acme/api:«1|1.3.0@NEW»\na: { image: *image }\nb: { image: *image }\n';
    expectEdits(text);
    const shared = 'x: &image { repository: a/b, tag: «1|1.3.0@NEW» }\na: *image\nb: *image\n';
    expectEdits(shared);
  });

  it('is refused where its tag would take a digest into another place', () => {
    const text = 'version: &v 1.2.3\nimage: { repository: ghcr.io/acme/api, tag: *v }\n';
    expect(() => edit(text, { '0:image': target('api', '1.3.0') })).toThrow(invalid);
  });

  it('is refused where another pin would change with it', () => {
    const text =
      'api: { repository: ghcr.io/acme/api, tag: &v "1", digest: }\nweb: { repository: ghcr.io/acme/web, tag: *v, digest: }\n';
    expect(() => edit(text, { '0:api': target('api', '2') })).toThrow(invalid);
    expect(() => edit(text, { '0:api': target('api', '2'), '0:web': target('web', '3') })).toThrow(invalid);
    const both = edit(text, { '0:api': target('api', '2'), '0:web': target('web', '2') });
    expect(both).toBe(text.replace('"1"', '"2"').replaceAll('digest: }', `digest: ${NEW}}`));
  });

  it.each([
    'base: &base { repository: «ghcr.io/acme|eu.acme.com»/api, pullPolicy: Always }\nweb: { image: { <<: *base, tag: «1|1.3.0@NEW» } }\n',
    'base: &base { repository: «ghcr.io/acme|eu.acme.com»/api, tag: "«1|1.3.0@NEW»" }\nimage: { <<: *base, tag: "«2|1.3.0@NEW»" }\n',
    'a: &a { repository: «ghcr.io/acme|eu.acme.com»/api }\nb: &b { tag: «1|1.3.0@NEW» }\nimage: { <<: [*a, *b] }\n',
    'a: &a { image: «ghcr.io/acme|eu.acme.com»/api:«1|1.3.0@NEW» }\nb: { <<: *a, x: 1 }\nc: { <<: *a, x: 2 }\n',
  ])('is edited where a merge key takes it from, once: %s', text =>
    expectEdits(text, { repository: 'eu.acme.com/api' }),
  );
});

it('leaves a pin alone that holds its target already, however it is written', () => {
  const text = `repository: ghcr.io/acme/api\ntag: 1.10\ndigest: ${NEW}\n`;
  expect(edit(text, { '0:': target('api', '1.10') })).toBe(text);
});

it('edits one of two equal pins', () => {
  const text = 'a: { image: ghcr.io/acme/api:1 }\nb: { image: ghcr.io/acme/api:1 }\n';
  expect(edit(text, { '0:b.image': target('api', '2') })).toBe(text.replace(/1 }\n$/, `2@${NEW} }\n`));
});

it('refuses a locator without a pin', () => {
  expect(() => edit('image: a/b:1', { '0:x': target('api', '2') })).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND' }),
  );
});

it('refuses to write a target without a tag into a tag', () => {
  expect(() => edit('repository: ghcr.io/acme/api\ntag: v1\n', { '0:': target('api') })).toThrow(invalid);
});

it.each([
  [`ghcr.io/acme/api:1@${OLD}`, `ghcr.io/acme/api:2@${NEW}`],
  [`ghcr.io/acme/api@${OLD}`, `ghcr.io/acme/api@${NEW}`],
  ['ghcr.io/acme/dev:1', `ghcr.io/acme/api:2@${NEW}`],
])('foretells what an edit of %s leaves', (image, after) => {
  const [pin, ...rest] = findPins('values.yaml', `image: ${image}`);
  expect(rest).toEqual([]);
  expect(pin && [pinValue(pin), editedValue(pin, target('api', '2'))]).toEqual([image, after]);
});
