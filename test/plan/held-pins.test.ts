import { expect, it } from 'vitest';
import type { Hold } from '../../src/environments/holds/holds.ts';
import { checkHolds } from '../../src/plan/check-holds.ts';
import { history, type PinCommit } from '../../src/plan/history.ts';
import { heldPins } from '../../src/plan/holds/held-pins.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import { isSoundEnvironment } from '../../src/reports/verify.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const DIGEST = digestNamed('api 2');
const TEXT = `image:\n  repository: registry.example/qa/api\n  tag: 2.0.0@${DIGEST}\n`;
const PINS = imagePins(environments(), environment(), new Map([['qa/api.yaml', TEXT]]));

function hold(changes: Partial<Hold> = {}): Hold {
  const since = '2026-11-20T00:00:00Z';
  return {
    environment: 'qa',
    image: 'api',
    digest: DIGEST,
    reason: 'it breaks',
    by: 'ada',
    since,
    ...changes,
  };
}

it.each([
  ['the pinned digest', hold(), 1],
  ['another digest', hold({ digest: digestNamed('api 1') }), 0],
  ['another environment', hold({ environment: 'production' }), 0],
  ['all of the image', hold({ digest: 'all' }), 0],
  ['the digest until yesterday', hold({ until: '2026-11-20' }), 0],
  ['the digest, and was lifted', hold({ lifted: { by: 'bob', since: '2026-11-20T00:00:00Z' } }), 0],
])('a hold on %s', (_, held, count) => {
  expect(heldPins({ environment: 'qa' }, PINS, [held], NOW)).toHaveLength(count);
});

it('makes an environment unsound, and is told with its place and two commands', () => {
  const held = heldPins({ environment: 'qa' }, PINS, [hold()], NOW);
  const base = { repository: 'gitops', branch: 'main', commit: 'a'.repeat(40) };
  const digest = DIGEST;
  const good = { state: 'good', summary: '', problems: [] } as const;
  const checks = { image: good, signature: good, record: good, evidence: good, tags: good };
  const target = { image: 'api', digest, repository: 'registry.example/qa/api', pins: [], checks };
  const result = { environment: environment(), base, targets: [target], undigested: [] };
  expect([isSoundEnvironment(result), isSoundEnvironment({ ...result, held })]).toEqual([true, false]);
  const read = { kind: 'read' as const, holds: [hold()] };
  expect(checkHolds(environment(), PINS, { held: read, now: NOW })).toMatchObject([
    {
      severity: 'warning',
      message: expect.stringMatching(/^qa\/api.yaml:\d: api \w+ is pinned and held \(ada: it breaks\)$/),
      hint: `promote history qa shows what to roll back to, or promote lift qa api --digest ${DIGEST}`,
    },
  ]);
});

it('is no promotion in the history, though the source environment pinned it', () => {
  const state = { value: `2.0.0@${DIGEST}`, tag: '2.0.0', digest: DIGEST };
  const move = { image: 'api', file: 'qa/api.yaml', locator: 'image', after: state };
  const commit: PinCommit = {
    commit: 'c'.repeat(40),
    date: NOW,
    author: 'Ada',
    message: 'hotfix',
    moves: [move],
    source: [{ image: 'api', digest: DIGEST }],
    unreadable: [],
  };
  const kindOf = (isHeld: boolean) => history('qa', [commit], () => isHeld)[0]?.images[0]?.kind;
  expect([kindOf(false), kindOf(true)]).toEqual(['promotion', 'edit']);
});
