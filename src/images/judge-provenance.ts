import { cosignTag } from '../oci/cosign-tag.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { readable } from '../registry/readable.ts';
import { type EvidenceSearch, verifyBundles } from '../signing/find.ts';
import { readLegacyLayers } from '../signing/legacy-tag.ts';
import { nearest, type Refusal, type Refused } from '../signing/refusal.ts';
import type { Verification, Verified } from '../signing/verify.ts';
import { PROVENANCES, readProvenance } from './provenance.ts';
import { type BuildRefusal, buildRefusal, type ProvenanceRule } from './provenance-rule.ts';

/** Why no provenance counts. */
type ProvenanceRefusal = Refusal | BuildRefusal | 'no-provenance' | 'not-provenance' | 'unsigned';

/** The provenance that counts, or why none does. */
export type ProvenanceJudgement =
  | { readonly kind: 'built'; readonly by: string; readonly manifest?: Digest | undefined }
  | { readonly kind: 'refused'; readonly code: ProvenanceRefusal; readonly detail: string };

/** Looks for signed provenance of the image that is as the rule says: bundles first, then cosign's `.att`. */
export async function judgeProvenance(
  search: EvidenceSearch,
  rule: ProvenanceRule,
): Promise<ProvenanceJudgement> {
  const refusals: Refused[] = [];
  let wrong: ProvenanceJudgement | undefined;
  for await (const { verification, manifest } of verifyProvenances(search)) {
    if (verification.kind === 'refused') {
      if (verification.reason !== 'other-predicate') refusals.push(verification);
      continue;
    }
    const judged = judgeVerified(verification, rule);
    if (judged.kind === 'built') return { ...judged, manifest };
    wrong ??= judged;
  }
  if (wrong !== undefined) return wrong;
  if (refusals.length > 0) {
    const { reason, detail } = nearest(refusals);
    return { kind: 'refused', code: reason, detail };
  }
  return (await hasUnsigned(search))
    ? { kind: 'refused', code: 'unsigned', detail: "BuildKit's provenance in the index is signed by nobody" }
    : { kind: 'refused', code: 'no-provenance', detail: 'no signed provenance is attached' };
}

/** Whether signed provenance is as the rule says. */
export function judgeVerified({ by, statement }: Verified, rule: ProvenanceRule): ProvenanceJudgement {
  const claims = readProvenance(statement);
  if (claims === undefined)
    return { kind: 'refused', code: 'not-provenance', detail: statement.predicateType };
  const certificate = by.kind === 'certificate' ? (by.build ?? {}) : undefined;
  const refusal = buildRefusal(rule, claims, certificate);
  return refusal === undefined
    ? { kind: 'built', by: builtText(claims.builder, claims.source) }
    : { kind: 'refused', ...refusal };
}

function builtText(builder: string, source: string | undefined): string {
  return source === undefined ? builder : `${builder} from ${source}`;
}

/** Verifies each provenance of the image: bundles, which have a manifest of their own, then layers of `.att`. */
export async function* verifyProvenances(
  search: EvidenceSearch,
): AsyncIterable<{ readonly verification: Verification; readonly manifest?: Digest | undefined }> {
  const { store, digest, trust } = search;
  for (const predicateType of PROVENANCES) {
    for await (const found of verifyBundles(search, predicateType, {}))
      yield { verification: found, manifest: found.manifest };
  }
  const layers = readLegacyLayers(store, cosignTag(digest, 'att'), DSSE_ENVELOPE);
  for await (const layer of layers) {
    const { verifyLegacyAttestation } = await import('../signing/verify-legacy.ts');
    const verification = await verifyLegacyAttestation(layer, { trust, digest });
    const isOther =
      verification.kind === 'verified' && !PROVENANCES.includes(verification.statement.predicateType);
    if (!isOther) yield { verification };
  }
}

const DSSE_ENVELOPE = 'application/vnd.dsse.envelope.v1+json';

/** https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
async function hasUnsigned({ store, digest }: EvidenceSearch): Promise<boolean> {
  const content = await readable(() => store.manifest(digest));
  const manifest = content && (await readable(async () => parseManifest(content)));
  return (
    manifest?.kind === 'index' &&
    manifest.manifests.some(
      ({ annotations }) => annotations?.['vnd.docker.reference.type'] === 'attestation-manifest',
    )
  );
}
