import { expect, it } from 'vitest';
import type { GroupDecision, Judged } from '../../src/gates/decide.ts';
import type { Verdict } from '../../src/gates/gate.ts';
import { assemblePlan } from '../../src/plan/plan.ts';
import { type ApplyResult, type GroupResult, groupState } from '../../src/reports/apply.ts';
import { heading, line, phrase } from '../../src/reports/document.ts';
import { render } from '../../src/reports/render.ts';
import { applySummary, planSummary, rollbackSummary } from '../../src/reports/summary.ts';
import { candidate, environment, POLICY } from '../fixtures/candidates.ts';

const BASE = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
const APPROVAL = { by: 'review', count: 2, users: [], teams: [] } as const;
const CLOSED: Verdict = { kind: 'closed', gate: 'tags', reason: 'tag 1.4.0 names another image', hint: 'x' };
const WAITS: Verdict = { kind: 'waiting', gate: 'approval', reason: '0 of 2', hint: 'x', approvals: [] };
const PULL = { number: 7, url: 'https://forge.example/7' };
const MERGED = { kind: 'merged', branch: 'b', commit: 'c0ffee', pullRequest: PULL } as const;

function group(name: string, state: 'ready' | 'waiting', verdicts: readonly Verdict[] = []): GroupDecision {
  const members = [candidate(name)];
  const plan = assemblePlan({ base: BASE, environment: environment(), group: name, ...POLICY, members });
  return { group: name, judged: judged(name), state, plan, members, verdicts };
}

function judged(image: string, verdicts: readonly Verdict[] = []): readonly Judged[] {
  return [{ image, candidate: candidate(image), verdicts }];
}

function summaryOf(...groups: readonly GroupResult[]): string {
  const qa = environment({ gates: { approval: APPROVAL } });
  const result: ApplyResult = { environment: qa, base: BASE, state: 'waiting', groups, outcomes: [] };
  return render(applySummary(result), 'markdown', false);
}

it('counts what became of the images, says why in a table, and leaves out what stays', () => {
  const text = summaryOf(
    { decision: group('api', 'ready'), done: { copied: 1, present: 0, pins: MERGED } },
    { decision: group('web', 'waiting', [WAITS]), pins: { ...MERGED, kind: 'awaiting' } },
    { decision: { group: 'shop', judged: judged('shop', [CLOSED]), state: 'closed' } },
    { decision: group('old', 'waiting'), pins: { kind: 'declined', pullRequest: PULL, by: 'alice' } },
    { decision: { group: 'idle', judged: judged('idle'), state: 'nothing' } },
  );
  expect(text.replaceAll('\\', '')).toContain(
    '1 of 4 promoted, 1 waits for 2 approvals, 1 closed: tag 1.4.0 names another image, 1 declined by alice',
  );
  const rows = text.split('\n').filter(row => row.startsWith('| '));
  expect(rows.map(row => row.split(' | ')[0])).toEqual([
    '| image',
    '| ---',
    '| api',
    '| web',
    '| shop',
    '| old',
  ]);
  const shown = rows.map(row => row.replace(/\]\(<[^>]*>\)/, ']'));
  expect(shown.every(row => row.length < 130)).toBe(true);
  expect(rows[2]).toContain('| [\\#7](<https://forge.example/7>) |');
  expect(text).toContain('unchanged: idle');
});

it('calls a plan with a closed gate closed, and not waiting', () => {
  const shut: Verdict = { kind: 'closed', gate: 'freeze', reason: 'the calendar is absent', hint: 'x' };
  const decision = group('api', 'waiting', [WAITS, shut]);
  const texts = [
    summaryOf({ decision }),
    summaryOf({ decision, pins: { ...MERGED, kind: 'awaiting' } }),
    summaryOf({ decision, pins: { ...MERGED, kind: 'proposed' } }),
  ];
  for (const text of texts) {
    expect(text).toContain('0 of 1 promoted, 1 closed: freeze: the calendar is absent');
    expect(text).toMatch(/\b1 of 1 closed/);
    expect(text).not.toMatch(/of 1 waiting/);
  }
  expect(groupState({ decision, done: { copied: 1, present: 0, pins: MERGED } })).toBe('done');
});

it('has no count where nothing moves', () => {
  const text = summaryOf({ decision: { group: 'idle', judged: judged('idle'), state: 'nothing' } });
  expect(text).not.toContain('promoted');
  expect(text).toContain('unchanged: idle');
});

it('calls a group of everything by its images', () => {
  const decision = { ...group('api', 'ready'), group: 'all' };
  const text = summaryOf({ decision, done: { copied: 1, present: 0, pins: MERGED } });
  expect(text).not.toMatch(/\ball\b/);
});

it('counts a rollback in the same way, by its own approval', () => {
  const qa = environment({ rollback: { approval: { ...APPROVAL, count: 1 }, gates: [] } });
  const result = {
    decision: group('api', 'waiting', [WAITS]),
    pins: { ...MERGED, kind: 'awaiting' },
  } as const;
  const view = { environment: qa, base: BASE, undone: [], restores: [], holds: [], result };
  const text = render(rollbackSummary(view), 'markdown', false);
  expect(text).toContain(
    '0 of 1 rolled back, 1 waits for 1 approval\n\n| image | from | to | state | why | pull request |',
  );
});

it('divides counts whose reasons have commas by semicolons, and leaves many reasons to the table', () => {
  const because = (image: string, reason: string): GroupResult => {
    const verdict = { ...CLOSED, reason };
    return { decision: { group: image, judged: judged(image, [verdict]), state: 'closed' } };
  };
  const one = summaryOf(because('a', 'x names y, not z'), { decision: group('web', 'waiting', [WAITS]) });
  expect(one).toContain('0 of 2 promoted; 1 closed: x names y, not z; 1 waits for 2 approvals');
  const many = summaryOf(because('a', 'one'), because('b', 'two'), because('c', 'three'));
  expect(many).toContain('0 of 3 promoted, 3 closed\n');
});

it('shows a plan in a table, without a count of what is done', () => {
  const shown = [
    { decision: group('api', 'ready') },
    { decision: group('old', 'waiting'), pins: { kind: 'declined', pullRequest: PULL, by: 'alice' } },
  ] as const;
  const report = { blocks: [heading(phrase('qa')), line(phrase('rest'))], json: {} };
  const text = render(planSummary(report, environment(), shown), 'markdown', false);
  expect(text).toContain('### qa\n\n| image | from | to | state | why | pull request |');
  expect(text).toContain('| api | 1.0.0 | 2.0.0 | ready |  |  |');
  expect(text).toContain('| old | 1.0.0 | 2.0.0 | declined | by alice |');
});
