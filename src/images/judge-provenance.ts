import { cosignTag } from '../oci/cosign-tag.ts';
import type { Digest } from '../oci/digest.ts';
import { type EvidenceSearch, verifyBundles } from '../signing/find.ts';
import { readLegacyLayers } from '../signing/legacy-tag.ts';
import { nearest, type Refused } from '../signing/refusal.ts';
import type { Trust } from '../signing/trust.ts';
import type { Verification, Verified } from '../signing/verify.ts';
import { PROVENANCES, readProvenance } from './provenance.ts';
import { buildRefusal, type ProvenanceJudgement, type ProvenanceRule } from './provenance-rule.ts';
import { judgeUnsigned, readPlatforms } from './unsigned-provenance.ts';

/**
 * Finds signed provenance of the image that satisfies the rule: first in bundles, then in cosign's `.att`.
 * Without trust, BuildKit's unsigned provenance counts.
 */
export async function judgeProvenance(
  { trust, ...place }: Omit<EvidenceSearch, 'trust'> & { readonly trust?: Trust | undefined },
  rule: ProvenanceRule,
): Promise<ProvenanceJudgement> {
  const { store, digest } = place;
  if (trust === undefined) return await judgeUnsigned(store, digest, rule);
  const search = { ...place, trust };
  const index = rule.platforms === true ? await readPlatforms(store, digest) : undefined;
  if (index === undefined) return await judgeOne(search, rule);
  const judged = [];
  for (const platform of index.platforms) {
    const referrers = await store.referrers(platform.digest);
    judged.push(await judgeOne({ ...search, digest: platform.digest, referrers }, rule));
  }
  const none = { kind: 'refused', code: 'no-provenance', detail: 'the index names no platform' } as const;
  return judged.find(({ kind }) => kind === 'refused') ?? judged[0] ?? none;
}

/** Finds the provenance of one manifest. */
async function judgeOne(search: EvidenceSearch, rule: ProvenanceRule): Promise<ProvenanceJudgement> {
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

/** Judges whether signed provenance satisfies the rule. */
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

/** Verifies each provenance of the image: first bundles with their own manifests, then layers of `.att`. */
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

async function hasUnsigned({ store, digest }: EvidenceSearch): Promise<boolean> {
  return ((await readPlatforms(store, digest))?.attestations.length ?? 0) > 0;
}
