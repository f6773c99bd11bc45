import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { type Cure, cures, firstReported, firstReports } from '../../src/vulnerabilities/cure.ts';
import type { Finding } from '../../src/vulnerabilities/report.ts';

const DIGEST = digestOf('other');
const finding: Finding = {
  id: 'CVE-2026-0001',
  aliases: ['GHSA-1'],
  advisories: [],
  package: { name: 'libssl3', version: '3.0.1' },
  fixed: ['3.0.2'],
  fix: 'yes',
  rating: { severity: 'high', rank: 0 } as unknown as Finding['rating'],
  isWithdrawn: false,
};
const image = (...gone: readonly string[]): Cure => ({
  kind: 'image',
  where: 'dev',
  digest: DIGEST,
  outcome: { kind: 'compared', gone: new Set(gone), fresh: 0 },
});
const base = (packages: Extract<Cure, { kind: 'base' }>['packages']): Cure => ({
  kind: 'base',
  base: 'debian:13',
  digest: DIGEST,
  packages,
});
const unknown: Cure = { ...image(), kind: 'image', outcome: { kind: 'unknown', reason: 'x' } } as Cure;

describe('what would take a vulnerability away', () => {
  it.each<[string, Cure, 'yes' | 'maybe' | 'no']>([
    ['an image without it, by an alias', image('GHSA-1\nlibssl3'), 'yes'],
    ['an image without it in another package', image('GHSA-1\nmusl'), 'no'],
    ['an image that has it', image(), 'no'],
    ['an image that nobody compared', unknown, 'maybe'],
    ['a base with the fixed version', base([{ name: 'libssl3', to: '3.0.2' }]), 'yes'],
    ['a base without the package', base([{ name: 'libssl3' }]), 'yes'],
    ['a base with another version', base([{ name: 'libssl3', to: '3.1.0' }]), 'maybe'],
    ['a base with a fixed one beside another', base([{ name: 'libssl3', to: '3.0.1, 3.0.2' }]), 'maybe'],
    ['a base that changes other packages', base([{ name: 'musl', to: '3.0.2' }]), 'no'],
    ['a base of which nobody knows the packages', base(undefined), 'maybe'],
  ])('%s: %#', (_, cure, answer) => expect(cures(cure, finding)).toBe(answer));

  it('is known since the first report that has it by any of its names', () => {
    const report = (time: string | undefined, findings: readonly Finding[]) => ({
      report: {
        format: 'trivy',
        scanner: 'trivy',
        digests: [],
        time: time === undefined ? undefined : new Date(time),
        findings,
      },
      platforms: [DIGEST],
      evidence: DIGEST,
      by: 'key',
    });
    const renamed = { ...finding, id: 'GHSA-1', aliases: [] };
    const first = firstReports([
      report('2026-11-03T00:00:00Z', [finding]),
      report('2026-11-01T00:00:00Z', [renamed]),
      report('2026-10-01T00:00:00Z', []),
      report(undefined, [finding]),
    ]);
    expect(firstReported(finding, first)?.toISOString()).toBe('2026-11-01T00:00:00.000Z');
    const other = { ...finding, package: { name: 'musl', version: '1' } };
    expect(firstReported(other, first)).toBeUndefined();
  });
});
