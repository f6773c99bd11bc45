import type { Digest } from '../../oci/digest.ts';
import type { EvidenceChoice } from '../../oci/evidence-choice.ts';
import { fallbackTag } from '../../oci/fallback-tag.ts';
import { closureDigests } from '../closure.ts';
import { isEvidenceTag } from '../evidence/evidence-tag.ts';
import { type MissingEvidence, missingEvidence, type SearchedStore } from '../evidence/missing.ts';
import type { Store } from '../store.ts';
import { copyEvidence, type GatheredEvidence, gatherEvidence } from './copy-evidence.ts';
import { type CopySettings, startRun } from './copy-run.ts';

/** An image that is at both places, and the evidence that the target should have. */
export interface LateSearch {
  readonly source: Store;
  /** The target, as far as it is read. What was read of it before need not be read again. */
  readonly target: SearchedStore;
  readonly digest: Digest;
  readonly evidence: EvidenceChoice;
}

/** Evidence that came to the source after the copy, and how to copy it. */
export interface LateEvidence {
  readonly missing: readonly MissingEvidence[];
  readonly gathered: GatheredEvidence;
}

/**
 * Finds chosen evidence that the source has and the target lacks. Costs the list of tags and the image's list
 * of referrers. Only if they may show evidence of other manifests, it also costs the image's manifest and a list
 * for each of those. The manifest is the target's, since a source may have lost the image and not its evidence.
 */
export async function findLateEvidence({
  source,
  target,
  digest,
  evidence,
}: LateSearch): Promise<LateEvidence> {
  const from = source.mirrored ?? source;
  const seen = source.apart === undefined ? await look(source, digest) : undefined;
  let digests: readonly Digest[] = [digest];
  if (seen === undefined || mayHaveMore(source, digest, seen.tags)) {
    const content = await target.manifest(digest);
    if (content === undefined) return NOTHING_LATE;
    digests = await closureDigests(target, content);
  }
  const known = seen && { tags: Promise.resolve(seen.tags), referrers: new Map([[digest, seen.referrers]]) };
  const gathered = await gatherEvidence(from, digests, evidence, known);
  const missing = gathered.parts.map(async part => await missingEvidence(part.place, target, part.evidence));
  return { missing: (await Promise.all(missing)).flat(), gathered };
}

async function look(source: Store, digest: Digest) {
  const tags = await source.tags();
  return { tags, referrers: await source.referrers(digest, tags) };
}

/** Whether other manifests than the image's own may have evidence. The tags tell if they alone list it. */
function mayHaveMore({ listsByTags }: Store, digest: Digest, tags: readonly string[] | undefined): boolean {
  const isOwn = (tag: string) => tag.startsWith(fallbackTag(digest));
  return listsByTags !== true || tags === undefined || tags.some(tag => isEvidenceTag(tag) && !isOwn(tag));
}

/** Copies late evidence, and checks that the target lists it. Throws `EVIDENCE` with what cannot be copied. */
export async function copyLateEvidence(settings: CopySettings, { gathered }: LateEvidence): Promise<void> {
  await copyEvidence(startRun(settings), gathered);
}

const NOTHING_LATE: LateEvidence = { missing: [], gathered: { parts: [], chosen: 0, found: 0 } };
