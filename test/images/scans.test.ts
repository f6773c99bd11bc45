import { describe, expect, it } from 'vitest';
import { readScans } from '../../src/images/scans.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { childManifests } from '../../src/registry/closure.ts';
import { putBytes } from '../../src/registry/put-bytes.ts';
import type { Store } from '../../src/registry/store.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import { inTotoStatement } from '../../src/signing/statement.ts';
import { COSIGN_VULN } from '../../src/vulnerabilities/attested.ts';
import { attach, newImage, newStore } from '../signing/counted-store.ts';
import { newSigner, trustIn } from '../signing/keys.ts';
import { REPORTS } from '../vulnerabilities/reports.ts';
import { trivyReport } from '../vulnerabilities/trivy-report.ts';

const scanner = await newSigner();
const mallory = await newSigner();
const TRUSTS = [trustIn(await newSigner()), trustIn(scanner)];
const TIME = '2026-11-20T10:00:00Z';

const wrapped = (result: unknown) => ({
  scanner: { uri: 'https://github.com/aquasecurity/trivy', result },
  metadata: { scanStartedOn: TIME, scanFinishedOn: TIME },
});

interface Writing {
  readonly subject: Descriptor;
  readonly signer: typeof scanner;
  readonly predicateType: string;
  /** What the statement says it is about. */
  readonly about: Pick<Descriptor, 'digest'>;
}

async function place() {
  const store = await newStore();
  const index = await newImage(store);
  const content = await store.manifest(index.digest);
  const [amd, arm] = content === undefined ? [] : childManifests(content);
  if (amd === undefined || arm === undefined) throw new Error('no platforms');
  const write = async (predicate: unknown, more: Partial<Writing> = {}) => {
    const { subject = index, signer = scanner, predicateType = COSIGN_VULN } = more;
    const { digest } = more.about ?? subject;
    const statement = inTotoStatement({ digest, predicateType, predicate });
    return await attach(store, subject, { signer, statement });
  };
  const read = async () => {
    const { reports, unread } = await readScans(store, index.digest, TRUSTS);
    return [reports.map(({ report: { scanner: name }, platforms }) => [name, ...platforms]), unread] as const;
  };
  return { store, index, amd, arm, write, read };
}

describe('an image has the scan reports', () => {
  it('that an accepted signer attached to it and to its platforms', async () => {
    const { index, amd, arm, write, read } = await place();
    await write(wrapped(trivyReport({ manifest: index.digest })));
    await write(wrapped(REPORTS.snyk?.({ manifest: amd.digest, config: amd.digest })), { subject: arm });
    const [reports, unread] = await read();
    expect(reports).toEqual([['trivy', amd.digest]]);
    // The report says that it scanned another platform than it is signed for.
    expect(unread).toEqual([expect.stringContaining('another platform')]);
  });

  it.each<[string, string, unknown]>([
    [
      "in cosign's wrapping",
      COSIGN_VULN,
      wrapped(REPORTS.clair?.({ manifest: digestOf('x'), config: digestOf('x') })),
    ],
    [
      "as in-toto's own",
      'https://in-toto.io/attestation/vulns/v0.2',
      REPORTS['in-toto']?.({ manifest: digestOf('x'), config: digestOf('x') }),
    ],
    [
      'as a predicate',
      'https://cyclonedx.org/bom',
      REPORTS.sonatype?.({ manifest: digestOf('x'), config: digestOf('x') }),
    ],
    [
      "as text in cosign's custom type",
      'https://cosign.sigstore.dev/attestation/v1',
      { Data: JSON.stringify(REPORTS['xray-simple']?.({ manifest: digestOf('x'), config: digestOf('x') })) },
    ],
  ])('%s', async (name, predicateType, predicate) => {
    const { arm, write, read } = await place();
    await write(predicate, { subject: arm, predicateType });
    const [reports, unread] = await read();
    if (name === "in cosign's wrapping") expect(unread).toEqual([expect.stringContaining('another image')]);
    else expect(reports).toMatchObject([[expect.any(String), arm.digest]]);
  });

  it('and none by another key, of another subject, or of another image', async () => {
    const { index, amd, write, read } = await place();
    await write(wrapped(trivyReport({ manifest: index.digest })), { signer: mallory });
    await write(wrapped(trivyReport({ manifest: amd.digest })), {
      about: { ...amd, digest: digestOf('other') },
    });
    expect(await read()).toEqual([[], []]);
    await write(wrapped(trivyReport({ manifest: digestOf('other') })));
    expect(await read()).toEqual([[], [expect.stringContaining('another image')]]);
  });

  it('and is told of one that cannot be read', async () => {
    const { write, read } = await place();
    await write(wrapped({ hello: 'world' }));
    await write({ no: 'scanner' });
    const [, unread] = await read();
    expect(unread).toHaveLength(2);
    for (const text of unread) expect(text).toContain('cannot be read');
  });

  it('and opens nothing that says it is a signature or provenance', async () => {
    const { store, index, read } = await place();
    for (const predicateType of ['https://sigstore.dev/cosign/sign/v1', 'https://slsa.dev/provenance/v1']) {
      await attach(store, index, {
        signer: scanner,
        statement: inTotoStatement({ digest: index.digest, predicateType, predicate: {} }),
      });
    }
    store.calls.length = 0;
    await read();
    expect(store.calls.filter(call => call === 'blob')).toEqual([]);
  });

  it("under cosign's tag, as its second version writes them", async () => {
    const { store, index, amd, read } = await place();
    await tagged(store, index, wrapped(trivyReport({ manifest: index.digest })), scanner);
    expect(await read()).toEqual([[['trivy', amd.digest]], []]);
    await tagged(store, index, wrapped(trivyReport({ manifest: index.digest })), mallory);
    expect(await read()).toEqual([[], []]);
  });
});

/** Writes the `.att` tag: a layer with the envelope of a bundle, and the annotations that cosign 2 gives it. */
async function tagged(
  store: Store,
  { digest }: Descriptor,
  predicate: unknown,
  signer: typeof scanner,
): Promise<void> {
  const statement = inTotoStatement({ digest, predicateType: COSIGN_VULN, predicate });
  const { dsseEnvelope } = JSON.parse(Buffer.from(await signStatement(signer, statement)).toString());
  const bytes = Buffer.from(JSON.stringify(dsseEnvelope));
  const layer = await putBytes(store, 'application/vnd.dsse.envelope.v1+json', bytes);
  const config = await putBytes(store, MEDIA_TYPES.config, Buffer.from('{}'));
  const annotations = { 'dev.cosignproject.cosign/signature': '', predicateType: COSIGN_VULN };
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config,
    layers: [{ ...layer, annotations }],
  };
  const content = manifestContent(Buffer.from(JSON.stringify(manifest)));
  await store.putManifest(content, `${digest.replace(':', '-')}.att`);
}
