import { describe, expect, it } from 'vitest';
import { checksFor, type RequiredCheck } from '../../src/environments/gates/checks.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { checksGate } from '../../src/gates/checks.ts';
import { evaluateCandidate } from '../../src/gates/evaluate.ts';
import type { Facts } from '../../src/gates/facts.ts';
import { type CheckFinding, judgeChecks } from '../../src/gates/judge-checks.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { fileWith } from '../environments/problems.ts';
import { candidate } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const PINNING = { from: 'dev', commit: '1a2b3c4d'.repeat(5), date: new Date('2026-11-21T08:00:00Z') };
const NOW = new Date('2026-11-21T09:00:00Z');

function environment(checks: string, more = '') {
  const text = fileWith({ prod: `gates: { checks: ${checks} }${more}` });
  return environmentNamed(parseEnvironments(text, 'environments.yaml'), 'prod');
}

const check = (name: string, timeout = '2h'): RequiredCheck => ({
  what: { kind: 'status', name: { kind: 'exact', text: name } },
  timeout,
  images: [],
});

/** The answer to findings of checks that are named a, b, …, an hour after the commit. */
function judge(found: readonly CheckFinding[], timeout?: string) {
  const checks = found.map((one, index) => ({
    check: check(String.fromCharCode(97 + index), timeout),
    found: one,
  }));
  return judgeChecks(checks, PINNING, NOW);
}

const passed: CheckFinding = { kind: 'passed', said: 'on 1a2b3c4: success' };
const pending: CheckFinding = { kind: 'pending', said: 'on 1a2b3c4: queued' };
const failed: CheckFinding = { kind: 'failed', said: 'on 1a2b3c4: failure' };
const absent: CheckFinding = { kind: 'absent', said: undefined };
const unknown: CheckFinding = { kind: 'unknown', reason: 'it answers 503' };
const unreadable: CheckFinding = { kind: 'unreadable', reason: 'no forge', hint: 'set its token' };

describe('the gate of checks', () => {
  it.each<[string, readonly CheckFinding[], string, string]>([
    ['all passed', [passed, passed], 'open', 'a passed on 1a2b3c4: success; b passed on 1a2b3c4: success'],
    ['one is pending', [passed, pending], 'waiting', 'b is pending on 1a2b3c4: queued'],
    ['one failed', [passed, pending, failed], 'closed', 'c failed on 1a2b3c4: failure'],
    ['two failed', [failed, failed], 'closed', 'a failed on 1a2b3c4: failure; b failed on 1a2b3c4: failure'],
    ['one is absent', [passed, absent], 'waiting', 'b is not there; closes at 2026-11-21T10:00Z'],
    [
      'one was skipped',
      [{ kind: 'absent', said: 'on 1a2b3c4: skipped' }],
      'waiting',
      'a is not there (on 1a2b3c4: skipped); closes at 2026-11-21T10:00Z',
    ],
    ['nobody can say', [passed, unknown], 'waiting', 'b: it answers 503'],
    ['nobody can be asked', [unknown, unreadable], 'closed', 'b: no forge'],
  ])('where %s', (_, found, kind, reason) => {
    expect(judge(found)).toMatchObject({ kind, reason });
  });

  it.each([
    ['61m', 'waiting'],
    ['60m', 'closed'],
    ['1h', 'closed'],
  ])('takes an absent check as it is after %s', (timeout, kind) => {
    expect(judge([absent], timeout)).toMatchObject({ kind });
  });

  it('says by which commit the time began', () => {
    expect(judge([absent], '30m')).toMatchObject({
      reason: 'a was not there within 30m of 1a2b3c4, by which dev pins the digest',
    });
  });

  it('keeps what it was read from, whatever the answer', () => {
    const evidence = digestOf('an attestation');
    expect(judge([{ ...passed, evidence }, failed])).toMatchObject({ kind: 'closed', evidence: [evidence] });
  });

  it('is not asked for images that no check is for', () => {
    const prod = environment('[{ status: e2e, images: [api] }, { status: all }]');
    expect(checksFor(prod.gates.checks, 'api')).toHaveLength(2);
    expect(checksFor(prod.gates.checks, 'web')).toHaveLength(1);
    const only = environment('[{ status: e2e, images: [api] }]');
    expect(checksGate.judge(candidate('web'), NOTHING, only)).toBeUndefined();
  });

  it('waits where nothing was read', () => {
    expect(checksGate.judge(candidate('api'), NOTHING, environment('[{ status: e2e }]'))).toMatchObject({
      kind: 'waiting',
    });
  });

  it('only warns where a rollback is judged, unless it is listed', () => {
    const checks: Facts['checks'] = new Map([['api', { kind: 'closed', reason: 'e2e failed', hint: 'x' }]]);
    const facts: Facts = { ...NOTHING, kind: 'rollback', checks };
    const kinds = (more: string) =>
      evaluateCandidate(candidate('api'), facts, environment('[{ status: e2e }]', more)).map(
        ({ gate, kind, reason }) => [gate, kind, reason],
      );
    expect(kinds('')).toEqual([['checks', 'open', 'warning: a promotion would be closed: e2e failed']]);
    expect(kinds(', rollback: { gates: [checks] }')).toEqual([['checks', 'closed', 'e2e failed']]);
  });
});
