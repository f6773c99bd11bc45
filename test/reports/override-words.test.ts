import { expect, it } from 'vitest';
import type { HoldChange } from '../../src/environments/holds/hold-changes.ts';
import { overrideName } from '../../src/environments/holds/holds.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { holdGroup } from '../../src/plan/groups.ts';
import { wordsFor } from '../../src/reports/pull-request-words.ts';

const plan = digestOf('plan');
const view = {
  environment: 'production',
  group: holdGroup(overrideName(plan)),
  candidates: [],
  merge: { kind: 'manual' },
  status: 'promote/gate',
  isSigned: true,
  isReady: false,
} as const;
const entry = { environment: 'production', reason: 'incident', by: 'ada', since: '2026-11-29T09:00:00Z' };
const until = '2026-11-29T18:00:00Z';

function textOf(holds: readonly HoldChange[]): string {
  const { summary, tail } = wordsFor({ ...view, holds });
  return [...summary, ...tail].join('\n');
}

it('the pull request of an override says whose approvals count, and how it ends, and nothing of held images', () => {
  const hold = { ...entry, image: overrideName(plan), digest: plan, freeze: 'weekend', until };
  const text = textOf([{ kind: 'held', hold }]);
  expect(text).toContain('with the approvals that `freeze.override` of production asks for');
  expect(text).toContain(`\`promote lift production --override freeze --digest ${plan}\` ends it early.`);
  expect(text).not.toMatch(/<image>|Promotions of what is held/);
  expect(textOf([{ kind: 'lifted', hold }])).toContain('waits for the freeze again');
  const held = textOf([{ kind: 'held', hold: { ...entry, image: 'api', digest: 'all' } }]);
  expect(held).toContain('`promote lift production <image>` releases it.');
});
