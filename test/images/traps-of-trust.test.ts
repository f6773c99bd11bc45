import { trivyReport } from '../vulnerabilities/trivy-report.ts';
import { describeTraps, FOUND, ID, type Trap } from './trapped-image.ts';

const EXCEPTION = { id: ID, until: '2026-12-31', reason: 'not reachable', owner: 'api-team' };
const statement = (status: string, more: object = {}) => ({
  vulnerability: { name: ID },
  status,
  justification: 'component_not_present',
  ...more,
});
const vex = (by: 'author' | 'mallory', ...statements: readonly object[]): Pick<Trap, 'vex'> => ({
  vex: [
    {
      by,
      predicate: ({ amd, name }) => ({
        '@context': 'https://openvex.dev/ns/v0.2.0',
        timestamp: '2026-11-20T12:00:00Z',
        statements: statements.map(one => ({ products: [{ '@id': `${name}@${amd}` }], ...one })),
      }),
    },
  ],
});

/** Whose reports, exceptions and VEX count. */
describeTraps({
  'whose report it is': [
    [
      "another image's, signed for this one",
      { report: ({ other }) => trivyReport({ manifest: other, vulnerabilities: [] }) },
      'closed',
      [0, 0],
      /is of another image/,
    ],
    [
      "another image's, by its statement",
      { found: [], about: ({ other }) => other },
      'closed',
      [0, 0],
      /no report that counts/,
    ],
    [
      "another platform's",
      { report: ({ arm }) => trivyReport({ manifest: arm, vulnerabilities: [] }) },
      'closed',
      [0, 0],
      /of another platform/,
    ],
    [
      "the config's digest taken for the manifest's",
      { report: ({ config }) => trivyReport({ manifest: config, vulnerabilities: [] }) },
      'closed',
      [0, 0],
      /is of another image/,
    ],
    [
      'by its config alone',
      { report: ({ config }) => trivyReport({ config, vulnerabilities: FOUND }) },
      'closed',
      [1, 2],
      /^1 critical,/,
    ],
    [
      "the index's, of one platform",
      {
        isAlone: true,
        about: ({ amd }) => amd,
        report: ({ index }) => trivyReport({ manifest: index, vulnerabilities: [] }),
      },
      'closed',
      [0, 0],
      /linux\/arm64: no report that counts/,
    ],
    [
      'forged by another key',
      { found: [], by: 'mallory' },
      'closed',
      [0, 0],
      /linux\/amd64: no report that counts; a report is attached that none of the signers made \(untrusted-signature\)$/,
    ],
    [
      'by who may state VEX alone',
      { found: [], by: 'author' },
      'closed',
      [0, 0],
      /linux\/amd64: no report that counts/,
    ],
    [
      'by a scanner that does not count',
      { found: [], gate: { scanners: ['grype'] } },
      'closed',
      [0, 0],
      /no report that counts/,
    ],
    ['too old', { found: [], gate: { maxAge: '1h' } }, 'closed', [0, 0], /too old/],
  ],
  exceptions: [
    ['one that covers it', { found: FOUND, gate: { except: [EXCEPTION] } }, 'open', [0, 2], /1 covered/],
    [
      'one that expired',
      { found: FOUND, gate: { except: [{ ...EXCEPTION, until: '2026-11-20' }] } },
      'closed',
      [1, 2],
      /ended with 2026-11-20/,
    ],
    [
      'one on its last day',
      { found: FOUND, gate: { except: [{ ...EXCEPTION, until: '2026-11-21' }] } },
      'open',
      [0, 2],
    ],
    [
      'one for another image',
      { found: FOUND, gate: { except: [{ ...EXCEPTION, image: 'web' }] } },
      'closed',
      [1, 2],
      /^1 critical,/,
    ],
    [
      'one for another package',
      { found: FOUND, gate: { except: [{ ...EXCEPTION, package: 'curl' }] } },
      'closed',
      [1, 2],
      /^1 critical,/,
    ],
  ],
  VEX: [
    [
      'by an accepted author',
      { found: FOUND, ...vex('author', statement('not_affected')) },
      'open',
      [0, 2],
      /1 covered/,
    ],
    [
      'by nobody who is accepted',
      { found: FOUND, ...vex('mallory', statement('not_affected')) },
      'closed',
      [1, 2],
      /^1 critical,/,
    ],
    [
      'without a reason',
      { found: FOUND, ...vex('author', statement('not_affected', { justification: undefined })) },
      'closed',
      [1, 2],
      /^1 critical,/,
    ],
    [
      'overruled by a newer statement that comes first',
      {
        found: FOUND,
        ...vex(
          'author',
          statement('affected', { timestamp: '2026-11-20T14:00:00Z' }),
          statement('not_affected', { timestamp: '2026-11-20T13:00:00Z' }),
        ),
      },
      'closed',
      [1, 2],
      /^1 critical,/,
    ],
    [
      'overruled at the same time',
      { found: FOUND, ...vex('author', statement('affected'), statement('fixed')) },
      'closed',
      [1, 2],
      /^1 critical,/,
    ],
    [
      'of a time to come',
      { found: FOUND, ...vex('author', statement('not_affected', { timestamp: '2026-11-22T00:00:00Z' })) },
      'closed',
      [1, 2],
      /^1 critical,/,
    ],
    [
      'about another package',
      {
        found: FOUND,
        ...vex('author', statement('not_affected', { products: [{ '@id': 'pkg:apk/alpine/curl' }] })),
      },
      'closed',
      [1, 2],
      /^1 critical,/,
    ],
  ],
});
