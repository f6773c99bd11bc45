import { assert, boolean, constantFrom, property, record, stringMatching } from 'fast-check';
import { expect, it } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { editPins } from '../../src/pins/edit.ts';
import { findPins } from '../../src/pins/find.ts';
import type { PinForm } from '../../src/pins/pin.ts';
import { editedValue, pinValue } from '../../src/pins/value.ts';
import { formed } from '../../src/plan/pin-target.ts';
import { NEW, OLD } from './marked.ts';

const REPOSITORY = 'ghcr.io/acme/api' as RepositoryName;

const file = record({
  key: constantFrom('image', 'worker image', '"a.b"'),
  style: constantFrom('block', 'flow'),
  quote: constantFrom('"', "'"),
  tag: stringMatching(/^[0-9a-z_][0-9a-z_.-]{0,8}$/),
  digest: constantFrom('on the repository', 'behind the tag', 'under its key', 'in place of the tag', 'none'),
  comment: constantFrom('', ' # repository: ghcr.io/acme/api:1', ' #'),
  end: constantFrom('\n', '\r\n'),
  bom: boolean(),
  last: boolean(),
}).map(({ key, style, quote, tag, digest, comment, end, bom, last }) => {
  const on = (place: string, text: string) => (digest === place ? text : '');
  const quoted = (text: string) => `${quote}${text}${quote}`;
  const written = on('in place of the tag', OLD) || `${tag}${on('behind the tag', `@${OLD}`)}`;
  const entries = [
    ['repository', quoted(`${REPOSITORY}${on('on the repository', `@${OLD}`)}`)],
    ['tag', quoted(written)],
    ...(digest === 'under its key' ? [['digest', quoted(OLD)]] : []),
    ['pullPolicy', 'Always'],
  ];
  const body =
    style === 'flow'
      ? ` { ${entries.map(([name, value]) => `${name}: ${value}`).join(', ')} }${comment}`
      : entries.map(([name, value]) => `\n  ${name}: ${value}${comment}`).join('');
  const text = `# head\n${key}:${body}\nreplicas: 3 # kept${last ? '\n' : ''}`;
  return `${bom ? '\uFEFF' : ''}${text.replaceAll('\n', end)}`;
});

it.each<PinForm>(['digest', 'tag', 'repository', 'version'])(
  'a pin becomes one by its %s in any style, once, and nothing but its values changes',
  form => {
    assert(
      property(file, stringMatching(/^[0-9a-z][0-9a-z.-]{0,8}$/), (text, tag) => {
        const [pin, ...others] = findPins('values.yaml', text);
        if (pin === undefined) throw new Error('no pin');
        expect(others).toEqual([]);
        const target = formed(form, { repository: REPOSITORY, tag, digest: NEW }, tag);
        const change = { locator: pin.locator, target };
        const edited = editPins('values.yaml', text, [change]);
        expect(withoutValues(edited)).toBe(withoutValues(text));
        expect(findPins('values.yaml', edited).map(pinValue)).toEqual([editedValue(pin, target)]);
        expect(edited.includes(OLD)).toBe(false);
        expect(edited.includes(NEW)).toBe(target.digest !== undefined);
        expect(editPins('values.yaml', edited, [change])).toBe(edited);
      }),
      { numRuns: 300 },
    );
  },
);

it('a digest without a place for a tag, and a tag without a repository, are refused and nothing is written', () => {
  const apart = `image: { repository: ${REPOSITORY}, digest: "${OLD}" }\n`;
  const rules = [{ image: 'api', path: 'v', kind: 'tag' }] as const;
  const refused = (text: string, form: PinForm) => {
    const target = formed(form, { repository: REPOSITORY, tag: '2', digest: NEW }, '2');
    const changes = findPins('a.yaml', text, rules).map(({ locator }) => ({ locator, target }));
    expect(changes).toHaveLength(1);
    try {
      return editPins('a.yaml', text, changes, rules);
    } catch (error) {
      return error instanceof PromoteError ? error.message : error;
    }
  };
  expect(refused(apart, 'tag')).toMatch(/^a\.yaml:1:\d+: the pin holds a digest alone/);
  expect(refused('v: 1\n', 'repository')).toMatch(/^a\.yaml:1: 0:v has no repository beside it/);
});

/** A text with its repository, tag and digest taken out, where they are written. */
function withoutValues(text: string): string {
  return text.replace(/(\b(?:repository|tag|digest): )(?:"[^"]*"|'[^']*')/g, '$1');
}
