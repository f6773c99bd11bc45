import { expect, it } from 'vitest';
import { announce } from '../../src/action/announce.ts';
import { PromoteError } from '../../src/errors.ts';
import type { Verdict } from '../../src/gates/gate.ts';
import { assemblePlan } from '../../src/plan/plan.ts';
import { applyReport, failureTexts, type GroupResult } from '../../src/reports/apply.ts';
import { render } from '../../src/reports/render.ts';
import { candidate, environment, POLICY } from '../fixtures/candidates.ts';

const base = { repository: 'repo', branch: 'main', commit: 'c0ffee' };

it("tells a group's gates and pins apart from those of its last image", () => {
  const members = [candidate('api'), candidate('web')];
  const plan = assemblePlan({ base, environment: environment(), group: 'all', ...POLICY, members });
  const soak: Verdict = { kind: 'open', gate: 'soak', reason: '24h' };
  const approval: Verdict = { kind: 'open', gate: 'approval', reason: '1 of 1: alice' };
  const judged = members.map(member => ({ image: member.image, candidate: member, verdicts: [soak] }));
  const result: GroupResult = {
    decision: { group: 'all', state: 'ready', judged, members, plan, verdicts: [approval] },
    done: { copied: 2, present: 0, pins: { kind: 'unchanged' } },
  };
  const report = applyReport({
    environment: environment(),
    base,
    state: 'done',
    groups: [result],
    outcomes: [],
  });
  const text = render(report, 'text', false).split('\n');
  const below = (image: string) => text.findIndex(line => line.startsWith(`  ${image} `));
  const lines = ['  approval open: 1 of 1: alice', '  images: 2 copied', '  pins: right already'];
  expect(text.slice(below('web') + 3)).toEqual([...lines, '']);
  expect(text[below('api') + 2]).toBe('    soak open: 24h');
  expect(render(report, 'markdown', false)).toContain(
    '\n- approval open: 1 of 1: alice\n- images: 2 copied\n',
  );
});

it('names the group of everything by its images, and never as a word', () => {
  const members = [candidate('api'), candidate('web')];
  const plan = assemblePlan({ base, environment: environment(), group: 'all', ...POLICY, members });
  const waits: Verdict = { kind: 'waiting', gate: 'approval', reason: '0 of 1', hint: 'review it' };
  const judged = members.map(member => ({ image: member.image, candidate: member, verdicts: [] }));
  const decision = { group: 'all', state: 'waiting', judged, members, plan, verdicts: [waits] } as const;
  const told: string[] = [];
  const io = { notice: (text: string) => told.push(text) };
  announce(io, [{ decision, pins: undefined }], true);
  told.push(...failureTexts({ decision, failed: new PromoteError('FORBIDDEN', 'no') }));
  expect(told).toEqual(['api, web: approval waiting: 0 of 1 (review it)', 'api, web: no']);
});
