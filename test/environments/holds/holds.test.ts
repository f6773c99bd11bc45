import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../src/environments/diagnostics/configuration-error.ts';
import { addHold, liftHolds, removeHolds } from '../../../src/environments/holds/edit-holds.ts';
import {
  type Hold,
  isActive,
  isOverride,
  type Override,
  overrideName,
  parseEntries,
  parseHolds,
} from '../../../src/environments/holds/holds.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import { digestNamed } from '../../fixtures/candidates.ts';

const SINCE = '2026-11-21T09:00:00Z';
const LIFTED = { by: 'bob smith', since: '2026-11-22T09:00:00Z' };
const API = hold('api', { reason: 'it, "breaks":\nall # of it' });
const WEB = hold('web', { digest: 'all', until: '2026-12-01' });

const BLOCK = `# ours
  - environment: qa # why
    image: web
    digest: all
    reason: r
    by: b
    since: ${SINCE}

  # before api
  - {environment: qa, image: api, digest: all, reason: r, by: b, since: "${SINCE}"} # tail
`;

describe('the holds file', () => {
  it.each(['', '# nothing yet\n', '---\n', '[]\n'])('holds nothing where it says nothing: %j', text => {
    expect(parseHolds(text)).toEqual([]);
    expect(parseHolds(addHold(text, API))).toEqual([API]);
  });

  it('is made with its first hold, one line an entry', () => {
    const text = addHold(addHold(undefined, API), WEB);
    expect(parseHolds(text)).toEqual([API, WEB]);
    expect(text.trimEnd().split('\n')).toHaveLength(3);
  });

  it.each([
    ['with Windows line ends', BLOCK.replaceAll('\n', '\r\n')],
    ['without a line feed at its end', BLOCK.trimEnd()],
    [
      'behind a comment at the dash',
      BLOCK.replace('- environment', '- # because - it is so\n    environment'),
    ],
    ['in one line', `[{environment: qa, image: web, digest: all, reason: r, by: b, since: "${SINCE}"}]`],
  ])('keeps every other character %s', (_, text) => {
    const added = addHold(text, API);
    expect(parseHolds(added)).toContainEqual(API);
    const isAdded = ({ image, digest }: Hold) => image === 'api' && digest === API.digest;
    const removed = removeHolds(added, isAdded);
    expect(removed.replace(/\s+$|, (?=\])/, '')).toBe(text.replace(/\s+$/, ''));
  });

  it('has overrides beside the holds, each told of by its own keys', () => {
    const override: Override = {
      ...hold('', { image: overrideName(API.digest as Digest) }),
      digest: API.digest as Digest,
      freeze: 'weekend',
      until: '2026-12-01',
    };
    const text = addHold(addHold(undefined, API), override);
    expect(text).toContain(`freeze: weekend, plan: ${API.digest}`);
    expect([parseHolds(text), parseEntries(text)]).toEqual([[API], [API, override]]);
    expect(removeHolds(text, isOverride)).toBe(addHold(undefined, API));
    const wrong = problemOf(() => parseHolds(text.replace(', plan: ', ', digest: ')));
    expect(wrong).toMatchObject({ message: expect.stringContaining('missing key "plan"') });
  });

  it('adds before the line that ends the document', () => {
    expect(addHold(`---\n${BLOCK}...\n`, API)).toBe(`---\n${addHold(BLOCK, API)}...\n`);
  });

  it('refuses an edit that would break what is written', () => {
    const anchored = BLOCK.replace('reason: r\n', 'reason: &why r\n').replace('reason: r,', 'reason: *why,');
    expect(problemOf(() => removeHolds(anchored, ({ image }) => image === 'web'))).toMatchObject({
      code: 'INVALID',
    });
  });

  it('marks what is released and leaves the comments', () => {
    const text = liftHolds(BLOCK, () => true, LIFTED);
    expect(parseHolds(text).map(({ lifted }) => lifted)).toEqual([LIFTED, LIFTED]);
    const lines = BLOCK.split('\n').map(line => line.replace(/^( *- \{?)/, ''));
    expect(lines.filter(line => !text.includes(line.trim()))).toEqual([]);
    expect(liftHolds(text, () => true, { ...LIFTED, by: 'eve' })).toBe(text);
  });

  it('takes out the lines of an entry and no others', () => {
    expect(removeHolds(BLOCK, ({ image }) => image === 'web')).toBe(
      BLOCK.replace(/ {2}- environment[\s\S]*?\n(?=\n)/, ''),
    );
    expect(removeHolds(BLOCK, ({ image }) => image === 'api')).toBe(BLOCK.replace(/ {2}- \{.*\n/, ''));
    expect(parseHolds(removeHolds(BLOCK, () => true))).toEqual([]);
  });

  it.each([
    ['no list', 'holds: []\n', 1],
    ['an unknown key', addHold(undefined, API).replace('by:', 'who:'), 2],
    ['a tag for a digest', addHold(undefined, API).replace(API.digest, 'v1'), 1],
    ['a time without a zone', addHold(undefined, API).replace(SINCE, '2026-11-21T09:00:00'), 1],
    ['a second document', `${BLOCK}---\n${BLOCK}`, 1],
    ['the same key twice', BLOCK.replace('by: b\n', 'by: b\n    by: c\n'), 1],
  ])('is refused with %s, in the places that are wrong', (_, text, problems) => {
    const error = problemOf(() => parseHolds(text));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error instanceof ConfigurationError && error.problems).toHaveLength(problems);
  });

  it.each([
    ['for ever', API, '2040-01-01T00:00:00Z', true],
    ['to the end of its last day', WEB, '2026-12-01T23:59:59Z', true],
    ['not a day longer', WEB, '2026-12-02T00:00:00Z', false],
    ['to the time it ends', { ...API, until: '2026-12-01T12:00:00Z' }, '2026-12-01T12:00:00Z', false],
    ['not once it is lifted', { ...API, lifted: LIFTED }, SINCE, false],
  ])('holds %s', (_, held, now, active) => {
    expect(isActive(held, new Date(now))).toBe(active);
  });
});

function hold(image: string, changes: Partial<Hold> = {}): Hold {
  const digest = digestNamed(image);
  return { environment: 'qa', image, digest, reason: 'r', by: 'alice', since: SINCE, ...changes };
}

function problemOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
