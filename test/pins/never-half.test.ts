import { describe, expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { editPins } from '../../src/pins/edit.ts';
import { findPins } from '../../src/pins/find.ts';
import { expectEdits, knownFor, NEW } from './marked.ts';

const name = 'ghcr.io/acme/api';
const known = knownFor([name]);

function edit(text: string, repository = name): string {
  const changes = findPins('values.yaml', text, [], { known })
    .filter(pin => pin.repository === name)
    .map(({ locator }) => ({
      locator,
      target: { repository: repository as RepositoryName, tag: '2', digest: NEW },
    }));
  expect(changes).not.toHaveLength(0);
  return editPins('values.yaml', text, changes, [], { known });
}

describe('a pin is refused where a half of it would stay behind', () => {
  it.each([
    ['a tag at the root', `tag: "1"\napi: { image: ${name} }\n`, ':2:15: a bare repository, and tag'],
    ['a tag above it', `shop: { imageTag: "1", api: { image: ${name} } }\n`, 'and imageTag carries'],
    ['an imageTag beside it', `image: ${name}\nimageTag: "1"\nx: { tag: "" }\n`, undefined],
    ['a version beside it', `api: { image: ${name}, version: "1" }\n`, 'and version carries'],
    [
      'a suffix of its tag beside it',
      `api: { image: ${name}, tagSuffix: -debian }\n`,
      'and tagSuffix carries',
    ],
    [
      'a suffix of the tag',
      `image: { repository: ${name}, tag: "1", tagSuffix: -debian }\n`,
      'tagSuffix carries',
    ],
    [
      'a second digest',
      `image: { repository: ${name}, tag: "1", digest: "", digestChroot: ${NEW} }\n`,
      'digestChroot carries',
    ],
    [
      'a registry that another image shares',
      `global: { imageRegistry: ghcr.io }\na: { repository: acme/api, tag: "1" }\nb: { repository: acme/web, tag: "1" }\n`,
      undefined,
    ],
    [
      'a tag that another image shares',
      `global: { hub: ghcr.io/acme, tag: "1" }\na: { image: api }\nb: { image: web }\n`,
      'after the edit the pin 0:b would hold',
    ],
    [
      'a version that stands elsewhere too',
      `image: { repository: ${name}, tag: &v "1", digest: "" }\nappVersion: *v\n`,
      'the appVersion of line 1 too',
    ],
  ])('%s', (_, text, reason) => {
    if (reason === undefined) expect(edit(text)).not.toBe(text);
    else
      expect(() => edit(text)).toThrow(
        expect.objectContaining({ code: 'INVALID', message: expect.stringContaining(reason) }),
      );
  });

  it('such as a registry that another image shares, once it changes', () => {
    const text =
      'global: { imageRegistry: ghcr.io }\na: { repository: acme/api, tag: "1" }\nb: { repository: acme/web, tag: "1" }\n';
    expect(() => edit(text, 'eu.acme.com/acme/api')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('0:b would hold') }),
    );
  });

  it('such as a repository that is merged into what is no pin', () => {
    const text = `base: &b { repository: ${name} }\na: { <<: *b, tag: "1" }\nc: { <<: *b, pullPolicy: Always }\n`;
    expect(edit(text)).toContain('tag: "2@sha256');
    expect(() => edit(text, 'eu.acme.com/api')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('of line 3 too') }),
    );
  });
});

it('a comment settles what carries a tag or a digest too', () => {
  const text = `image:\n  repository: ${name}\n  tag: "«1|1.3.0»"\n  digest: "«|NEW»"\n  digestChroot: OLD # promote: ignore not used here\n`;
  expectEdits(text, { known: [name] });
});
