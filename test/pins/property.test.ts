import {
  type Arbitrary,
  array,
  assert,
  boolean,
  constantFrom,
  property,
  record,
  stringMatching,
} from 'fast-check';
import { expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { editPins } from '../../src/pins/edit.ts';
import { findPins } from '../../src/pins/find.ts';
import type { PinTarget } from '../../src/pins/pin.ts';
import { editedValue, pinValue } from '../../src/pins/value.ts';
import { NEW, OLD } from './marked.ts';

/** A pin between two texts that an edit must not touch. */
interface Framed {
  readonly head: string;
  readonly old: string;
  readonly tail: string;
}

const tag = stringMatching(/^[0-9a-z_][0-9a-z_.-]{0,8}$/);
const comment = constantFrom('', ' # plain', '   # image: a/b:1', ' #', ' # "quote\'s');
const quote = constantFrom('', '"', "'");
const junk = constantFrom(
  '# image: ghcr.io/acme/api:1',
  '',
  'x: &x [1, {a: b}, "c"]',
  'y: { z: "a # b", image: {} }',
  'text: |\n  tag: 1.2.3\n   image: a/b:2',
  'folded: >-\n  a\n\n  b',
  "\"quoted key\": 'it''s'",
  'alias: *head',
  'tabbed:\t1\t# tab',
  'long: a\n  b\n  c',
);
const reference = record({ tag, quote, comment, indent: constantFrom('  ', '    ') }).map(
  ({ tag, quote, comment, indent }): Framed => ({
    head: `api:\n${indent}image: ${quote}`,
    old: `ghcr.io/acme/api:${tag}@${OLD}`,
    tail: `${quote}${comment}\n${indent}pullPolicy: Always`,
  }),
);
const values = record({ tag, quote: constantFrom('"', "'"), comment, flow: boolean() }).map(
  ({ tag, quote, comment, flow }): Framed =>
    flow
      ? { head: `api: {repository: ghcr.io/acme/api ,tag: ${quote}`, old: tag, tail: `${quote} }${comment}` }
      : {
          head: `api:\n  repository: ghcr.io/acme/api${comment}\n  tag:  ${quote}`,
          old: tag,
          tail: `${quote}${comment}`,
        },
);
const file = (pin: Arbitrary<Framed>) =>
  record({
    pin,
    before: array(junk, { maxLength: 5 }),
    after: array(junk, { maxLength: 5 }),
    bom: constantFrom('', '\uFEFF'),
    end: constantFrom('\n', '\r\n'),
    last: boolean(),
  }).map(({ pin, before, after, bom, end, last }): Framed => {
    const lines = (text: string) => text.replaceAll('\n', end);
    const head = `${bom}${['head: &head 1', ...before].join('\n')}\n${pin.head}`;
    const tail = [pin.tail, ...after].join('\n') + (last ? '\n' : '');
    return { head: lines(head), old: pin.old, tail: lines(tail) };
  });

it.each([
  ['a whole reference', reference, (wanted: string) => `ghcr.io/acme/api:${wanted}@${NEW}`],
  ['a tag', values, (wanted: string) => `${wanted}@${NEW}`],
])('an edit replaces %s and no other character, whatever surrounds it', (_, pin, written) => {
  assert(
    property(file(pin), tag, ({ head, old, tail }, wanted) => {
      const text = `${head}${old}${tail}`;
      const target: PinTarget = {
        repository: 'ghcr.io/acme/api' as RepositoryName,
        tag: wanted,
        digest: NEW,
      };
      const [found, ...rest] = findPins('values.yaml', text);
      expect(rest).toEqual([]);
      const change = { locator: found?.locator ?? '', target };
      const edited = editPins('values.yaml', text, [change]);
      expect(edited).toBe(`${head}${written(wanted)}${tail}`);
      expect(findPins('values.yaml', edited).map(pinValue)).toEqual(found && [editedValue(found, target)]);
      expect(editPins('values.yaml', edited, [change])).toBe(edited);
    }),
    { numRuns: 500 },
  );
});
