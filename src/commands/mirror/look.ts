import type { Mirror } from '../../environments/mirrors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { EvidenceChoice } from '../../oci/evidence-choice.ts';
import { followsNewer, mirroredTags } from '../../plan/mirrored-tags.ts';
import { closureDigests } from '../../registry/closure.ts';
import { checkClosure } from '../../registry/copy/check-closure.ts';
import { gatherEvidence } from '../../registry/copy/copy-evidence.ts';
import { incompleteEvidence } from '../../registry/copy/incomplete-evidence.ts';
import { missingEvidence } from '../../registry/evidence/missing.ts';
import type { Store } from '../../registry/store.ts';
import type { MirroredTag, MirrorResult } from '../../reports/mirror.ts';
import { contain } from '../../run/contain.ts';
import type { Effects } from '../../run/effects.ts';
import type { Questions, Unanswered } from '../refresh/questions.ts';
import { inParallel } from '../refresh/refresh-run.ts';
import { verifySignature } from './verify-signature.ts';

/** What is needed to look at a mirror. */
export interface Looking {
  readonly effects: Effects;
  readonly questions: Questions;
  readonly evidence: EvidenceChoice;
}

/** Asks both registries what a mirror lacks; writes nothing. */
export async function lookAtMirror(looking: Looking, mirror: Mirror): Promise<MirrorResult> {
  // A key that cannot be loaded is an error of the environments file, not of a registry.
  await Promise.all(mirror.signature.map(looking.effects.trust));
  const { questions } = looking;
  const listed = followsNewer(mirror)
    ? await questions.attempt(mirror.from, async () => await questions.tags(mirror.from))
    : [];
  const tags = mirroredTags(mirror, isList(listed) ? listed : []);
  const found = { ...looking, originTags: onDemand(() => looking.effects.store(mirror.from).tags()) };
  const looked = await inParallel(tags, tag => lookAtTag(found, mirror, tag));
  return { mirror, tags: looked, unlisted: isList(listed) ? undefined : (listed ?? UNLISTED) };
}

function isList(listed: readonly string[] | Unanswered | undefined): listed is readonly string[] {
  return Array.isArray(listed);
}

const UNLISTED: Unanswered = { kind: 'failed', reason: 'its tags cannot all be listed' };

/** With the list of the origin's tags, which shows evidence: a public repository may have thousands. */
interface LookingOnce extends Looking {
  readonly originTags: () => ReturnType<Store['tags']>;
}

function onDemand<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => {
    value ??= read();
    return value;
  };
}

async function lookAtTag(looking: LookingOnce, mirror: Mirror, tag: string): Promise<MirroredTag> {
  const { effects, questions } = looking;
  const { from, to, moves } = mirror;
  const head = await questions.attempt(from, async () => ({
    origin: (await questions.head(from, tag))?.digest,
  }));
  if ('reason' in head) return { tag, ...head };
  const found = await contain(async () => (await effects.store(to).head(tag))?.digest);
  if (found.kind === 'failed') return { tag, kind: 'failed', reason: found.error.message };
  const [digest, here] = [head.origin, found.value];
  if (digest === undefined) {
    return here === undefined
      ? { tag, kind: 'failed', reason: `${from} has no tag ${tag}` }
      : { tag, kind: 'gone', kept: here };
  }
  const isOther = here !== undefined && here !== digest;
  const kept = isOther ? here : undefined;
  if (isOther && !moves) return { tag, kind: 'left', digest, kept };
  const signed = await verifySignature(looking, mirror, { repository: from, digest });
  if (signed.kind !== 'signed') return { tag, digest, kept, ...signed };
  const { signedBy } = signed;
  if (isOther) return { tag, kind: 'move', digest, kept, signedBy };
  if (here === undefined) return { tag, kind: 'copy', digest, signedBy };
  const lacking = await questions.attempt(from, async () => ({
    what: await lackOf(looking, mirror, digest),
  }));
  return 'reason' in lacking ? { tag, digest, ...lacking } : { tag, kind: lacking.what, digest, signedBy };
}

/** What a tag that names the right digest lacks in its mirror. */
async function lackOf(
  { effects: { store }, evidence, originTags }: LookingOnce,
  { from, to }: Mirror,
  digest: Digest,
): Promise<'current' | 'complete' | 'evidence'> {
  const [source, target] = [store(from), store(to)];
  const { root, lacks } = await checkClosure(target, digest);
  if (lacks.length > 0 || root === undefined) return 'complete';
  // The mirror's manifests name the same digests, and reading them counts for no limit of the origin.
  const digests = await closureDigests(target, root);
  const listed = evidence === 'none' ? undefined : originTags();
  const { parts } = await gatherEvidence(source, digests, evidence, { tags: listed });
  for (const { place, evidence: there } of parts) {
    const missing = await missingEvidence(place, target, there);
    if (missing.length > 0) return 'evidence';
    if ((await incompleteEvidence(target, there, missing)).length > 0) return 'evidence';
  }
  return 'current';
}
