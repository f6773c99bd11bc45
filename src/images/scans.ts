import type { Digest } from '../oci/digest.ts';
import { formatPlatform, type Manifest, MEDIA_TYPES, parseManifest } from '../oci/manifest.ts';
import { readClosure } from '../registry/closure.ts';
import type { Store } from '../registry/store.ts';
import { readAttestations } from '../signing/attestations.ts';
import { signerText } from '../signing/find-signer.ts';
import type { Trust } from '../signing/trust.ts';
import type { Verified } from '../signing/verify.ts';
import { readPredicate } from '../vulnerabilities/attested.ts';
import type { LackingReport, PlacedReport } from '../vulnerabilities/coverage.ts';
import type { ImageScans } from '../vulnerabilities/judge.ts';
import { placeReport, type ScannableImage } from '../vulnerabilities/place.ts';

/** The signers whose attestations of scan reports count. */
export type ScanTrust = Trust;

/** The most bytes of an attestation that contains a report. */
const ATTESTED_REPORT_LIMIT = 48 * 1024 * 1024;

/** Statements with other content, which need not be opened. */
const OTHER =
  /^https:\/\/(?:sigstore\.dev\/cosign\/sign\/|gitops-promote\.dev\/|slsa\.dev\/provenance\/|spdx\.dev\/|openvex\.dev\/)/;

/** Statements that are scan reports by their type. */
const SCANS = /^https:\/\/(?:cosign\.sigstore\.dev\/attestation\/vuln\/|in-toto\.io\/attestation\/vulns)/;

const CONFIGS: readonly string[] = [MEDIA_TYPES.config, 'application/vnd.docker.container.image.v1+json'];

/** Reads the scan reports that accepted signers attached to an image and its platforms. Throws `NOT_FOUND`. */
export async function readScans(
  store: Store,
  digest: Digest,
  trusts: readonly Trust[],
): Promise<Omit<ImageScans, 'repositories'>> {
  const image = await readScannable(store, digest);
  const found: Found = { image, reports: [], unread: [], lacking: [] };
  for (const subject of new Set([digest, ...image.platforms.map(platform => platform.digest)])) {
    const search = {
      store,
      digest: subject,
      trusts,
      limit: ATTESTED_REPORT_LIMIT,
      isOther: (type: string) => OTHER.test(type),
    };
    for await (const attestation of readAttestations(search)) {
      if (attestation.kind === 'verified') take(found, subject, attestation);
      // This may be the newest report, so an older report must not open the gate.
      else if (attestation.reason === 'too-large')
        found.unread.push(`an attestation is too large to be read: ${attestation.detail}`);
      else if (SCANS.test(attestation.hinted ?? '')) {
        const reason = `a report is attached that none of the signers made (${attestation.reason})`;
        const of = image.platforms.filter(one => subject === digest || one.digest === subject);
        found.lacking.push(...of.map(one => ({ platform: one.digest, reason })));
      }
    }
  }
  return found;
}

interface Found {
  readonly image: ScannableImage;
  readonly reports: PlacedReport[];
  readonly unread: string[];
  readonly lacking: LackingReport[];
}

function take(
  { image, reports, unread }: Found,
  subject: Digest,
  attestation: Verified & { readonly manifest: Digest },
): void {
  const { statement, time, manifest } = attestation;
  const by = signerText(attestation);
  for (const reading of readPredicate(statement.predicateType, statement.predicate)) {
    if (reading.kind === 'unrecognised') continue;
    if (reading.kind === 'refused') {
      unread.push(`a report by ${by} cannot be read: ${reading.reason}`);
      continue;
    }
    const report = { ...reading.report, time: reading.report.time ?? time };
    const placed = placeReport(report, subject, image);
    if (placed.kind === 'refused')
      unread.push(`the report of ${report.scanner} by ${by} does not count: ${placed.reason}`);
    else reports.push({ report, platforms: placed.platforms, evidence: manifest, by });
  }
}

/** Reads the image's platforms, without a builder's attestations in an index. */
export async function readScannable(store: Store, digest: Digest): Promise<ScannableImage> {
  const { manifests } = await readClosure(store, digest);
  const parsed = manifests.map(content => ({
    digest: content.descriptor.digest,
    manifest: parseManifest(content),
  }));
  const named = new Map(parsed.flatMap(({ manifest }) => childrenOf(manifest)));
  const platforms = parsed.flatMap(({ digest: own, manifest }) => {
    if (manifest.kind === 'index') return [];
    const platform = named.get(own);
    const isImage = CONFIGS.includes(manifest.config.mediaType) && platform?.os !== 'unknown';
    if (!isImage && own !== digest) return [];
    const name = platform && formatPlatform(platform);
    return [{ digest: own, config: manifest.config.digest, platform: name }];
  });
  return { digest, platforms };
}

function childrenOf(manifest: Manifest) {
  if (manifest.kind !== 'index') return [];
  return manifest.manifests.map(({ digest, platform }) => [digest, platform] as const);
}
