import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { readExploitProbabilities, readKnownExploited } from '../../src/vulnerabilities/known-exploited.ts';
import type { Finding } from '../../src/vulnerabilities/report.ts';
import { readVex, vexStatus } from '../../src/vulnerabilities/vex/vex.ts';

const DIGEST = digestOf('image');
const OTHER = digestOf('other');
const NOW = new Date('2026-11-21T09:00:00Z');
const ID = 'CVE-2026-0001';
const TIME = '2026-11-20T10:00:00Z';
const IMAGE = { repositories: [parseRepositoryName('ghcr.io/acme/api')], digests: [DIGEST] };
const OCI = `pkg:oci/api@${DIGEST.replace(':', '%3A')}`;
const PURL = 'pkg:apk/alpine/libssl3@3.0.1?arch=x86_64';

const FINDING: Finding = {
  id: ID,
  aliases: ['GHSA-aaaa-bbbb-cccc'],
  advisories: [],
  package: { name: 'libssl3', version: '3.0.1', purl: PURL },
  fixed: [],
  fix: 'no',
  rating: { severity: 'high', isOfDistribution: false },
  isWithdrawn: false,
};

function statusIn(documents: readonly unknown[], finding: Finding = FINDING): string | undefined {
  const statements = documents.flatMap(document => {
    const reading = readVex(JSON.stringify(document));
    if (reading.kind !== 'statements') throw new Error(reading.reason);
    return reading.statements;
  });
  return vexStatus(statements, finding, IMAGE, NOW);
}

const openVex = (product: unknown, more: object = {}) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  timestamp: TIME,
  statements: [
    {
      vulnerability: { name: ID },
      products: [product],
      status: 'not_affected',
      justification: 'component_not_present',
      ...more,
    },
  ],
});

describe('OpenVEX', () => {
  it.each<[string, unknown, object, string | undefined]>([
    ['the image by its digest', { '@id': OCI }, {}, 'not_affected'],
    ['the image by its reference', { '@id': `ghcr.io/acme/api@${DIGEST}` }, {}, 'not_affected'],
    ['the image by a hash', { '@id': 'api', hashes: { 'sha-256': DIGEST.slice(7) } }, {}, 'not_affected'],
    [
      'any digest of the repository',
      { '@id': 'pkg:oci/api?repository_url=ghcr.io/acme/api' },
      {},
      'not_affected',
    ],
    ['the repository as Grype has it', { '@id': `${OCI}?repository_url=ghcr.io/acme` }, {}, 'not_affected'],
    ['another digest', { '@id': `pkg:oci/api@${OTHER}` }, {}, undefined],
    ['another repository', { '@id': `${OCI}?repository_url=ghcr.io/other/api` }, {}, undefined],
    ['another name', { '@id': 'pkg:oci/web' }, {}, undefined],
    [
      'the package within the image',
      { '@id': OCI, subcomponents: [{ '@id': 'pkg:apk/alpine/libssl3' }] },
      {},
      'not_affected',
    ],
    [
      'another package within it',
      { '@id': OCI, subcomponents: [{ '@id': 'pkg:apk/alpine/curl' }] },
      {},
      undefined,
    ],
    ['a part without a name', { '@id': OCI, subcomponents: [{ hashes: { 'sha-256': 'a' } }] }, {}, undefined],
    ['the package by itself', { '@id': 'pkg:apk/alpine/libssl3@3.0.1' }, {}, 'not_affected'],
    ['another version of it', { '@id': 'pkg:apk/alpine/libssl3@3.0.2' }, {}, undefined],
    ['another architecture of it', { '@id': 'pkg:apk/alpine/libssl3@3.0.1?arch=aarch64' }, {}, undefined],
    ['another vulnerability', { '@id': OCI }, { vulnerability: { name: 'CVE-2026-0009' } }, undefined],
    [
      'the vulnerability by its alias',
      { '@id': OCI },
      { vulnerability: { name: 'GHSA-aaaa-bbbb-cccc' } },
      'not_affected',
    ],
    ['no reason', { '@id': OCI }, { justification: undefined }, undefined],
    ['a time to come', { '@id': OCI }, { timestamp: '2026-11-22T10:00:00Z' }, undefined],
  ])('about %s', (_, product, more, status) => {
    expect(statusIn([openVex(product, more)])).toBe(status);
  });

  it('is overruled by the newest statement, and among equals by the worst', () => {
    const at = (timestamp: string, status: string) => openVex({ '@id': OCI }, { timestamp, status });
    const [old, young] = ['2026-11-18T10:00:00Z', '2026-11-19T10:00:00Z'];
    expect(statusIn([at(old, 'not_affected'), at(young, 'affected')])).toBe('affected');
    expect(statusIn([at(young, 'not_affected'), at(old, 'affected')])).toBe('not_affected');
    expect(statusIn([at(old, 'not_affected'), at(old, 'affected')])).toBe('affected');
    expect(statusIn([at(old, 'fixed'), at(old, 'under_investigation')])).toBe('under_investigation');
    expect(statusIn([at(old, 'affected'), at('2027-01-01T10:00:00Z', 'fixed')])).toBe('affected');
  });
});

const cycloneDx = (state: string, ref: string, component?: object) => ({
  bomFormat: 'CycloneDX',
  metadata: { timestamp: TIME, component },
  components: [{ 'bom-ref': 'a', name: 'libssl3', purl: PURL }],
  vulnerabilities: [{ id: ID, analysis: { state }, affects: [{ ref }] }],
});

const csaf = (status: string, product = 'image:libssl3') => ({
  document: { csaf_version: '2.0', tracking: { current_release_date: TIME } },
  product_tree: {
    branches: [
      { branches: [{ product: { product_id: 'image', product_identification_helper: { purl: OCI } } }] },
      { product: { product_id: 'libssl3', product_identification_helper: { purl: PURL } } },
      { product: { product_id: 'unnamed' } },
    ],
    relationships: ['libssl3', 'unnamed'].map(part => ({
      full_product_name: { product_id: `image:${part}` },
      product_reference: part,
      relates_to_product_reference: 'image',
    })),
  },
  vulnerabilities: [{ cve: ID, product_status: { [status]: [product] } }],
});

describe('CycloneDX and CSAF', () => {
  it.each<[string, unknown, string | undefined]>([
    ['CycloneDX: the package', cycloneDx('not_affected', 'a'), 'not_affected'],
    [
      'CycloneDX: of another document',
      cycloneDx('false_positive', `urn:cdx:1/1#${encodeURIComponent(PURL)}`),
      'not_affected',
    ],
    [
      'CycloneDX: no reference, in an image',
      cycloneDx('not_affected', '', { 'bom-ref': 'i', purl: OCI }),
      undefined,
    ],
    ['CycloneDX: no percent-encoding', cycloneDx('not_affected', 'urn:cdx:1/1#%zz'), undefined],
    ['CycloneDX: resolved', cycloneDx('resolved', 'a'), 'fixed'],
    ['CycloneDX: exploitable', cycloneDx('exploitable', 'a'), 'affected'],
    [
      'CycloneDX: in the image',
      cycloneDx('not_affected', 'a', { 'bom-ref': 'i', purl: OCI }),
      'not_affected',
    ],
    ['CycloneDX: the image', cycloneDx('not_affected', 'i', { 'bom-ref': 'i', purl: OCI }), 'not_affected'],
    [
      'CycloneDX: another image',
      cycloneDx('not_affected', 'i', { 'bom-ref': 'i', purl: 'pkg:oci/web' }),
      undefined,
    ],
    ['CycloneDX: something else', cycloneDx('not_affected', 'b'), undefined],
    ['CSAF: not affected', csaf('known_not_affected'), 'not_affected'],
    ['CSAF: fixed', csaf('fixed', 'image'), 'fixed'],
    ['CSAF: affected', csaf('known_affected'), 'affected'],
    ['CSAF: a part without a name', csaf('known_not_affected', 'image:unnamed'), undefined],
    ['CSAF: an unknown product', csaf('known_not_affected', 'other'), undefined],
  ])('%s', (_, document, status) => {
    expect(statusIn([document])).toBe(status);
  });

  it('is no document of another kind', () => {
    expect(readVex('{}')).toMatchObject({ kind: 'refused' });
    expect(readVex('<xml/>')).toMatchObject({ kind: 'refused' });
  });
});

describe('lists', () => {
  it('of exploited vulnerabilities are read, and nothing else is one', () => {
    expect(readKnownExploited(JSON.stringify({ vulnerabilities: [{ cveID: ID }] }))).toEqual({
      kind: 'read',
      known: new Set([ID]),
    });
    for (const text of ['', '{}', '{"vulnerabilities":[]}'])
      expect(readKnownExploited(text)).toMatchObject({ kind: 'refused' });
  });

  it('of probabilities are read, and nothing else is one', () => {
    const text = `#model_version:v2026.03.14,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\n${ID},0.93,0.99\nCVE-2026-0002,1e-05,0.1\n`;
    expect(readExploitProbabilities(text)).toEqual({
      kind: 'read',
      known: new Map([
        [ID, 0.93],
        ['CVE-2026-0002', 0.00001],
      ]),
    });
    for (const wrong of ['', 'cve,epss,percentile\n', `${ID},0.9,0.9\n`])
      expect(readExploitProbabilities(wrong)).toMatchObject({ kind: 'refused' });
  });
});
