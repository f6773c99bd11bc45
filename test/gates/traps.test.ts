import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const TEST = join(import.meta.dirname, '..');

/**
 * What clocks and Git histories are known to trap gates with, and the test that holds each. Those of scanners are in
 * `test/images/traps-of-*.test.ts`, each with its verdict and count.
 */
const TRAPS: readonly (readonly [trap: string, file: string, title: string])[] = [
  ['a format without a digest', 'vulnerabilities/place.test.ts', 'not where it names none, as a file'],
  ['exploited, whatever its severity', 'gates/vulnerabilities.test.ts', 'closes for what is exploited'],
  ['unscanned', 'gates/vulnerabilities.test.ts', "['no report', CRITICAL"],
  [
    'clocks that change, in three zones',
    'environments/windows.test.ts',
    "['Australia/Lord_Howe', '2026-10-03",
  ],
  [
    'an hour that spring leaves out',
    'environments/windows.test.ts',
    'begins after the gap where the clocks skip',
  ],
  ['leap days', 'environments/windows.test.ts', 'a year without its leap day'],
  ['windows that overlap', 'environments/windows.test.ts', 'the newer of two that overlap'],
  [
    'a window that begins while a run copies',
    'apply/freeze.test.ts',
    'that begins while images are copied stops',
  ],
  ['a window that begins before the merge', 'apply/freeze.test.ts', 'that begins before the merge turns'],
  [
    'calendars of a pull request',
    'apply/freeze.test.ts',
    'calendar of the protected branch, and from no other',
  ],
  ['exceptions of a pull request', 'cli/environments-file.test.ts', 'takes no exception for a vulnerability'],
  ['VEX, KEV and EPSS of one', 'apply/vulnerability-data.test.ts', 'and nothing that a pull request brings'],
  [
    'soaks over merge, squash, rebase and revert',
    'apply/pinned-since.test.ts',
    'begins anew with a rollback and return',
  ],
  ['the same on forges, counted', 'apply/soak-on-forges.test.ts', 'in four requests'],
  ["the forge's time of each merge, counted", 'forges/merged-at.test.ts', 'made, in one request'],
  [
    'gone, new, still there by each format',
    'vulnerabilities/compare-scans.test.ts',
    'is told by reports of %s',
  ],
  ['what runs and nobody scanned', 'cli/vulnerabilities.test.ts', "gaps: ['no report that counts']"],
  ["a trusted root's content", 'environments/hash.test.ts', 'holds what the trusted root of %s says'],
  [
    'an approval from before that',
    'apply/review-binding.test.ts',
    'outlives the upgrade by which its content',
  ],
];

/** The tests themselves have verdict and count; this one notices that a title is gone or skipped. */
describe('each trap has a test of its own', () => {
  it.each(TRAPS)('%s', (_, file, title) => {
    const text = readFileSync(join(TEST, file), 'utf8');
    expect(text).toContain(title);
    expect(text).not.toMatch(/\b(?:it|describe)\.(?:skip|todo|only|fails)\b/);
  });
});
