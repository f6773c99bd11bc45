import { describe, expect, it } from 'vitest';
import { vulnerabilities } from '../../src/environments/gates/vulnerabilities.ts';
import { needsOf } from '../../src/gates/evaluate.ts';
import { vulnerabilitiesGate } from '../../src/gates/vulnerabilities.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { ImageScans } from '../../src/vulnerabilities/judge.ts';
import { readVex } from '../../src/vulnerabilities/vex/vex.ts';
import { candidate, environment } from '../fixtures/candidates.ts';
import { TRIVY_CRITICAL } from '../vulnerabilities/trivy-report.ts';
import { CRITICAL, DIGEST, EVIDENCE, ID, judge, known, scans, type Written } from './judged-scans.ts';
import { NOTHING } from './no-facts.ts';

const BROKEN = 'a report by key 0123 cannot be read';
const [placed] = scans([]).reports;
const flawed = scans([], {
  reports: placed === undefined ? [] : [{ ...placed, report: { ...placed.report, flaw: 'it failed' } }],
});
const exception = { id: ID, until: '2026-12-31', reason: 'not reachable', owner: 'api-team' };
const unknown = { ...TRIVY_CRITICAL, Severity: 'UNKNOWN' };
const unfixed = { ...TRIVY_CRITICAL, FixedVersion: '' };
const low = { ...TRIVY_CRITICAL, Severity: 'LOW' };
const withdrawn = { ...TRIVY_CRITICAL, Description: 'Rejected reason: a duplicate' };

const lacking = { platform: DIGEST, reason: 'Harbor has not scanned it', hint: 'have Harbor scan it' };

describe('the gate vulnerabilities', () => {
  it.each([
    ['no report', scans([], { reports: [] }), 'no report is required; not scanned'],
    ['what a service has not', scans([], { reports: [], lacking: [lacking] }), `scanned; ${lacking.reason}`],
    ['a broken one', scans([], { reports: [], unread: [BROKEN] }), `is required; not scanned; ${BROKEN}`],
    ['one that shows nothing', flawed, 'the report of trivy does not show what is in it: it failed'],
    ['a broken one beside a sound one', scans([low], { unread: [BROKEN] }), `1 low; ${BROKEN}`],
  ])('passes %s where none is required, and says what is not known', (_, found, reason) => {
    expect(judge({ ...CRITICAL, report: 'optional' }, found)).toMatchObject({
      kind: 'open',
      reason: expect.stringContaining(reason),
    });
  });

  it.each<[string, Written, ImageScans | undefined, 'open' | 'closed']>([
    ['a critical one above medium', CRITICAL, scans(), 'closed'],
    ['a critical one, where that is let through', { ...CRITICAL, max: 'critical' }, scans(), 'open'],
    ['a low one', CRITICAL, scans([low]), 'open'],
    ['a low one, where none is let through', { ...CRITICAL, max: 'none' }, scans([low]), 'closed'],
    ['one of unknown severity', { ...CRITICAL, max: 'critical' }, scans([unknown]), 'closed'],
    ['one of unknown severity, allowed', { ...CRITICAL, unknown: 'allow' }, scans([unknown]), 'open'],
    ['one without a fix', CRITICAL, scans([unfixed]), 'closed'],
    [
      'one without a fix, where only fixable ones count',
      { ...CRITICAL, fixable: 'only' },
      scans([unfixed]),
      'open',
    ],
    ['one with a fix, where only fixable ones count', { ...CRITICAL, fixable: 'only' }, scans(), 'closed'],
    ['one that was withdrawn', CRITICAL, scans([withdrawn]), 'open'],
    ['none', CRITICAL, scans([]), 'open'],
    ['no report', CRITICAL, scans([], { reports: [] }), 'closed'],
    [
      'no report, where none is required',
      { ...CRITICAL, report: 'optional' },
      scans([], { reports: [] }),
      'open',
    ],
    ['what cannot be read', CRITICAL, scans([], { unread: ['a report cannot be read'] }), 'closed'],
    ['no platform', CRITICAL, scans([], { image: { digest: DIGEST, platforms: [] } }), 'closed'],
    ['nothing looked for', CRITICAL, undefined, 'closed'],
    ['an old report', { ...CRITICAL, maxAge: '1h' }, scans([]), 'closed'],
    ['a young report', { ...CRITICAL, maxAge: '7d' }, scans([]), 'open'],
    ["another scanner's report", { ...CRITICAL, scanners: ['grype'] }, scans([]), 'closed'],
    ['an exception', { ...CRITICAL, except: [exception] }, scans(), 'open'],
    [
      'an exception for another one',
      { ...CRITICAL, except: [{ ...exception, id: 'CVE-2026-0009' }] },
      scans(),
      'closed',
    ],
    [
      'an exception for another image',
      { ...CRITICAL, except: [{ ...exception, image: 'web' }] },
      scans(),
      'closed',
    ],
    [
      'an exception for the image',
      { ...CRITICAL, except: [{ ...exception, image: 'api' }] },
      scans(),
      'open',
    ],
    [
      'an exception for another package',
      { ...CRITICAL, except: [{ ...exception, package: 'curl' }] },
      scans(),
      'closed',
    ],
    [
      'an exception that ended',
      { ...CRITICAL, except: [{ ...exception, until: '2026-11-20' }] },
      scans(),
      'closed',
    ],
    [
      'an exception on its last day',
      { ...CRITICAL, except: [{ ...exception, until: '2026-11-21' }] },
      scans(),
      'open',
    ],
    [
      'an ended exception, and nothing to cover',
      { ...CRITICAL, except: [{ ...exception, until: '2026-11-20' }] },
      scans([]),
      'open',
    ],
  ])('judges %s', (_, written, found, kind) => {
    expect((found === undefined ? judgeUnread(written) : judge(written, found))?.kind).toBe(kind);
  });

  it('says of a missing report what its service says, and what to do', () => {
    const other = { ...lacking, reason: 'Dependency-Track is too old', hint: 'update Dependency-Track' };
    const found = (reports: ImageScans['reports']) => scans([], { reports, lacking: [lacking, other] });
    expect(judge(CRITICAL, found([]))).toMatchObject({
      reason: expect.stringMatching(
        /: no report that counts; Harbor has not scanned it; Dependency-Track is too old$/,
      ),
      hint: 'have Harbor scan it, or update Dependency-Track',
    });
    expect(judge(CRITICAL, found(scans([]).reports))?.kind).toBe('open');
  });

  it('ends an exception with its last day in UTC', () => {
    const written = { ...CRITICAL, except: [{ ...exception, until: '2026-11-21' }] };
    const at = (time: string) => judge(written, scans(), undefined, new Date(time))?.kind;
    expect([at('2026-11-21T23:59:59Z'), at('2026-11-22T00:00:00Z')]).toEqual(['open', 'closed']);
  });

  it('announces an exception two weeks before it ends, and says that it ended', () => {
    const reason = (until: string, found = scans()) =>
      judge({ ...CRITICAL, except: [{ ...exception, until }] }, found)?.reason ?? '';
    expect(reason('2026-12-04')).toContain(`the exception for ${ID} (api-team) ends with 2026-12-04`);
    expect(reason('2026-12-05')).not.toContain('ends with');
    expect(reason('2026-12-04', scans([]))).not.toContain('ends with');
    expect(reason('2026-11-20')).toContain('ended with 2026-11-20');
  });

  it('closes for what is exploited, whatever its severity, unless an exception covers it', () => {
    const exploited = known({ exploited: new Set([ID]) });
    const denies: Written = { ...CRITICAL, max: 'critical', kev: 'deny', data: { kev: 'kev.json' } };
    expect(judge(denies, scans([{ ...low, FixedVersion: '' }]), exploited)).toMatchObject({
      kind: 'closed',
      reason: expect.stringMatching(
        /^1 low, where at most critical and nothing exploited is .*: CVE-2026-0001 \(exploited; /,
      ),
    });
    expect(judge({ ...CRITICAL, max: 'critical' }, scans([low]), exploited)?.kind).toBe('open');
    expect(judge({ ...denies, except: [exception] }, scans([low]), exploited)?.kind).toBe('open');
  });

  it('closes from a probability on', () => {
    const likely = known({ probabilities: new Map([[ID, 0.5]]) });
    const from = (epss: number) =>
      judge({ ...CRITICAL, epss, data: { epss: 'epss.csv' } }, scans([low]), likely)?.kind;
    expect([from(0.5), from(0.51)]).toEqual(['closed', 'open']);
    const written: Written = { ...CRITICAL, epss: 0.5, data: { epss: 'epss.csv' } };
    expect(judge(written, scans([low]), likely)?.reason).toContain(
      '1 low, where at most medium and only an EPSS below 0.5 is let through',
    );
    expect(judge(written, scans(), likely)?.reason).toContain(
      '1 critical, where at most medium is let through',
    );
  });

  it('believes VEX, and says what it was read from', () => {
    const vex = openVex('not_affected', '2026-11-20T11:00:00Z');
    const verdict = judge(CRITICAL, scans(), known({ vex }));
    expect(verdict).toMatchObject({ kind: 'open', evidence: [EVIDENCE, digestOf('a list')] });
    expect(verdict?.reason).toContain('1 covered by an exception or VEX');
  });

  it('is closed while a list cannot be read', () => {
    expect(judge(CRITICAL, scans([]), { kind: 'unreadable', reason: 'no such file' })).toMatchObject({
      kind: 'closed',
      reason: 'no such file',
    });
  });

  it('says what it found, the gravest first', () => {
    const more = Array.from({ length: 6 }, (_, index) => ({
      ...TRIVY_CRITICAL,
      VulnerabilityID: `CVE-2026-100${index}`,
      Severity: 'HIGH',
    }));
    expect(judge(CRITICAL, scans([...more, TRIVY_CRITICAL]))?.reason).toMatch(
      /^1 critical, 6 high, where at most medium is let through: CVE-2026-0001 \(libssl3 3.0.1; fixed in 3.0.2\), .*, and 2 more$/,
    );
    expect(judge(CRITICAL, scans([low]))?.reason).toBe(
      'none above medium by trivy at 2026-11-20T10:00Z; let through: 1 low',
    );
  });

  it('asks for nothing where it is not set', () => {
    expect(judge(undefined)).toBeUndefined();
    expect(needsOf(candidate('api'), environment(), 'promotion')).toEqual([]);
  });
});

function judgeUnread(written: Written) {
  const gates = { vulnerabilities: vulnerabilities.normalise(written) };
  return vulnerabilitiesGate.judge(candidate('api'), NOTHING, environment({ gates }));
}

function openVex(status: string, timestamp: string) {
  const products = [{ '@id': `pkg:oci/api@${encodeURIComponent(DIGEST)}` }];
  const statements = [
    { vulnerability: { name: ID }, products, status, justification: 'component_not_present' },
  ];
  const reading = readVex(
    JSON.stringify({ '@context': 'https://openvex.dev/ns/v0.2.0', timestamp, statements }),
  );
  if (reading.kind !== 'statements') throw new Error(reading.reason);
  return reading.statements;
}
