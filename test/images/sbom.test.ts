import { describe, expect, it } from 'vitest';
import { readSbom } from '../../src/images/sbom.ts';

const purl = (referenceLocator: string) => [
  { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator },
];

const SPDX = {
  spdxVersion: 'SPDX-2.3',
  name: 'node',
  packages: [
    { SPDXID: 'SPDXRef-root', name: 'node', versionInfo: '20', primaryPackagePurpose: 'CONTAINER' },
    { SPDXID: 'SPDXRef-os', name: 'debian', versionInfo: '12', primaryPackagePurpose: 'OPERATING-SYSTEM' },
    {
      name: 'openssl',
      versionInfo: '3.0.11-1',
      externalRefs: purl('pkg:deb/debian/openssl@3.0.11-1?arch=amd64'),
    },
    { name: 'npm', versionInfo: '10.2.4', externalRefs: purl('pkg:npm/npm@10.2.4') },
    { name: 'without a version' },
  ],
  relationships: [
    {
      spdxElementId: 'SPDXRef-DOCUMENT',
      relationshipType: 'DESCRIBES',
      relatedSpdxElement: 'SPDXRef-root',
    },
  ],
};

const CYCLONE_DX = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: { component: { type: 'container', name: 'node' } },
  components: [
    { type: 'operating-system', name: 'debian', version: '12' },
    { type: 'file', name: '/etc/passwd', version: '1' },
    {
      type: 'library',
      name: 'openssl',
      version: '3.0.11-1',
      purl: 'pkg:deb/debian/openssl@3.0.11-1',
      components: [
        {
          type: 'library',
          group: '@npmcli',
          name: 'fs',
          version: '3.1.0',
          purl: 'pkg:npm/%40npmcli/fs@3.1.0',
        },
      ],
    },
  ],
};

const statement = (predicateType: string, predicate: unknown) => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [],
  predicateType,
  predicate,
});
const envelope = (inner: unknown) => ({
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from(JSON.stringify(inner)).toString('base64'),
  signatures: [{ sig: 'AA==' }],
});

const OPENSSL = { name: 'openssl', version: '3.0.11-1', type: 'deb' };
const FROM_SPDX = { os: 'debian 12', packages: [OPENSSL, { name: 'npm', version: '10.2.4', type: 'npm' }] };

describe('an SBOM is read', () => {
  it.each([
    ['as SPDX', SPDX],
    ['within a statement', statement('https://spdx.dev/Document', SPDX)],
    ['within a statement, as text', statement('https://spdx.dev/Document', JSON.stringify(SPDX))],
    ['within an envelope', envelope(statement('https://spdx.dev/Document', SPDX))],
    ['within a bundle', { dsseEnvelope: envelope(statement('https://spdx.dev/Document', SPDX)) }],
  ])('%s', (_, value) => {
    expect(readSbom(JSON.stringify(value))).toEqual(FROM_SPDX);
  });

  it('as CycloneDX, nested components and all', () => {
    const expected = {
      os: 'debian 12',
      packages: [OPENSSL, { name: '@npmcli/fs', version: '3.1.0', type: 'npm' }],
    };
    expect(readSbom(JSON.stringify(CYCLONE_DX))).toEqual(expected);
    expect(readSbom(JSON.stringify(statement('https://cyclonedx.org/bom', CYCLONE_DX)))).toEqual(expected);
  });

  it.each([
    ['text', 'no JSON'],
    ['another document', '{"packages":[]}'],
    ['another statement', JSON.stringify(statement('https://slsa.dev/provenance/v1', SPDX))],
    [
      'one that is wrapped without end',
      JSON.stringify([1, 2, 3, 4, 5].reduce(inner => envelope(inner), SPDX as object)),
    ],
    ['nothing', ''],
  ])('but not from %s', (_, text) => {
    expect(readSbom(text)).toBeUndefined();
  });
});
