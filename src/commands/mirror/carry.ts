import { PromoteError } from '../../errors.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import { isTag } from '../../oci/reference.ts';
import { checkClosure } from '../../registry/copy/check-closure.ts';
import { copyImage } from '../../registry/copy/copy.ts';
import type { Store } from '../../registry/store.ts';
import { isCarried, type MirroredTag, type MirrorResult } from '../../reports/mirror.ts';
import type { Looking } from './look.ts';

/** The manifests that a copy pulls from the origin, as a rule. */
const COPY_PULLS = 3;

/** Writes what a mirror lacks, tag by tag; a failure concerns only its tag. */
export async function carryMirror(looking: Looking, looked: MirrorResult): Promise<MirrorResult> {
  const { mirror, tags } = looked;
  const carried: MirroredTag[] = [];
  for (const tag of tags) carried.push(isCarried(tag.kind) ? await carryTag(looking, mirror, tag) : tag);
  return { ...looked, tags: carried };
}

async function carryTag(
  { effects, questions, evidence }: Looking,
  { from, to }: MirrorResult['mirror'],
  looked: MirroredTag,
): Promise<MirroredTag> {
  const { tag, kind, digest, kept } = looked;
  if (digest === undefined) return looked;
  const target = effects.store(to);
  const copied = await questions.attempt(
    from,
    async () => {
      const formerTag = kept === undefined ? undefined : await keepTagged(effects, target, tag, kept);
      // Copied by the digest that was verified, whatever the tag names by now.
      await copyImage({
        source: effects.store(from),
        target,
        from: digest,
        tag,
        moves: kind === 'move',
        thorough: true,
        evidence,
        progress: effects.progress,
        signal: effects.signal,
      });
      const [lacks] = (await checkClosure(target, digest)).lacks;
      if (lacks === undefined) return { ...looked, formerTag };
      throw new PromoteError(
        'NOT_FOUND',
        `${to}@${digest}: ${lacks.part} ${lacks.digest} is ${lacks.state} when read back`,
      );
    },
    COPY_PULLS,
  );
  return 'tag' in copied ? copied : { ...looked, kind: copied.kind, reason: copied.reason };
}

/** Gives what a tag named until now a tag of its own: files may pin it, and clean-ups delete what has no tag. */
async function keepTagged(
  { progress, signal }: Looking['effects'],
  store: Store,
  tag: string,
  former: Digest,
): Promise<string | undefined> {
  const own = `${tag}-${shortDigest(former)}`;
  if (!isTag(own) || (await store.head(former)) === undefined) return undefined;
  await copyImage({
    source: store,
    target: store,
    from: former,
    tag: own,
    evidence: 'none',
    progress,
    signal,
  });
  return own;
}
