import { expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { withheldReason } from '../../src/gates/withheld.ts';
import { fileWith } from '../environments/problems.ts';
import { candidate, environment } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const QA = environment();
const PINNED = { ...candidate('api'), edits: [] };
const HOLD = {
  environment: 'qa',
  image: 'api',
  by: 'alice',
  since: '2026-11-01',
  reason: 'it breaks',
} as const;

it('keeps nothing back of an image that is complete', () => {
  expect(withheldReason(PINNED, NOTHING, QA)).toBeUndefined();
});

it.each([
  ['a held digest', { kind: 'read', holds: [{ ...HOLD, digest: PINNED.digest }] }, 'it breaks'],
  ['a stop', { kind: 'read', holds: [{ ...HOLD, image: '*', digest: 'all' }] }, 'everything is stopped'],
  ['holds that cannot be read', { kind: 'unreadable', reason: 'no YAML' }, 'no YAML'],
] as const)('keeps evidence back for %s', (_, holds, reason) => {
  expect(withheldReason(PINNED, { ...NOTHING, holds }, QA)).toContain(reason);
});

it('keeps evidence back during a freeze, and not after it', () => {
  const window = '{ from: 2026-11-21, until: 2026-11-22, reason: sale }';
  const text = fileWith({ prod: `gates: { freeze: [${window}] }` });
  const frozen = environmentNamed(parseEnvironments(text, 'environments.yaml'), 'prod');
  expect(withheldReason(PINNED, NOTHING, frozen)).toBe('frozen: sale');
  const after = new Date('2026-11-23T09:00:00Z');
  expect(withheldReason(PINNED, { ...NOTHING, now: after }, frozen)).toBeUndefined();
});
