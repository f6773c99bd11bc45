import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, type Digest, hashFor, hexOf, isDigest } from '../../oci/digest.ts';
import type { EvidenceChoice } from '../../oci/evidence-choice.ts';
import type { ManifestContent } from '../../oci/manifest.ts';
import { closureDigests } from '../closure.ts';
import { imagesOf } from '../evidence/places.ts';
import type { TagOrDigest } from '../store.ts';
import { checkClosure } from './check-closure.ts';
import { copyEvidence, gatherEvidence } from './copy-evidence.ts';
import { copyParts, putWhole } from './copy-manifest.ts';
import { type CopyRun, type CopySettings, startRun } from './copy-run.ts';

/** One image to copy. */
export interface CopyOptions extends CopySettings {
  readonly from: TagOrDigest;
  /** The tag that names the image at the target; absent: only its digest names it. */
  readonly tag?: string | undefined;
  /** Whether the tag may be moved from another digest; default: no. */
  readonly moves?: boolean | undefined;
  /** Whether every part of an image that is already there is checked; default: no. */
  readonly thorough?: boolean | undefined;
  /** Which evidence is copied with the image. */
  readonly evidence: EvidenceChoice;
}

/** The result of a copy. */
export interface CopyResult {
  readonly descriptor: Descriptor;
  /** Whether anything was written. */
  readonly changed: boolean;
  /** The number of the source's referrers and evidence tags in the choice; the target has all of them now. */
  readonly evidence: number;
  /** The number of all pieces that the source has; absent: not counted. */
  readonly evidenceFound?: number | undefined;
  /** The image's own manifest, if a thorough check has read it at the target and nothing of the image was written. */
  readonly there?: ManifestContent | undefined;
}

/**
 * Copies an image byte for byte: all its parts, then its evidence, and last the tag. Present content is not
 * written again. Throws `NOT_FOUND` for an absent or incomplete source, `TAG_MOVED` before any write,
 * `EVIDENCE` if evidence cannot be copied, and `CANCELLED`.
 */
export async function copyImage(options: CopyOptions): Promise<CopyResult> {
  const { from, target, tag } = options;
  const source = options.source.mirrored ?? options.source;
  const run = startRun({ ...options, source, target: imagesOf(target) });
  const image = onDemand(() => readImage(run, from));
  const digest = isDigest(from) ? from : (await image()).descriptor.digest;
  const state = await look(run, options, digest, image);
  const wantsEvidence = options.evidence !== 'none' && source.name !== target.name;
  if (state.kind === 'complete' && !wantsEvidence) {
    return { descriptor: state.descriptor, changed: false, evidence: 0, there: state.there };
  }
  const content = await image();
  run.progress({ kind: 'image-started', source: source.name, target: target.name, digest });
  const digests =
    state.kind === 'absent' ? await copyParts(run, content) : await closureDigests(source, content);
  const gathered = await gatherEvidence(source, digests, wantsEvidence ? options.evidence : 'none');
  // If no evidence has to come first, one request writes the image and its tag.
  const tagsAtOnce = tag !== undefined && gathered.chosen === 0;
  if (state.kind === 'absent' && !tagsAtOnce) await putWhole(run, content);
  const isWritten = await copyEvidence({ ...run, target }, gathered);
  if (tag !== undefined && state.kind !== 'complete') await putWhole(run, content, tag);
  run.progress({ kind: 'image-done', target: target.name, digest });
  const { descriptor } = content;
  return {
    descriptor,
    changed: state.kind !== 'complete' || isWritten,
    evidence: gathered.chosen,
    evidenceFound: wantsEvidence ? gathered.found : undefined,
    there: state.kind === 'complete' ? state.there : undefined,
  };
}

/** `untagged`: the image is there, but the tag is missing or names another image that it may leave. */
type TargetState =
  | {
      readonly kind: 'complete';
      readonly descriptor: Descriptor;
      readonly there?: ManifestContent | undefined;
    }
  | { readonly kind: 'untagged' }
  | { readonly kind: 'absent' };

type ReadImage = () => Promise<ManifestContent>;

async function look(
  run: CopyRun,
  { tag, moves = false, thorough = false }: CopyOptions,
  digest: Digest,
  image: ReadImage,
): Promise<TargetState> {
  const { source, target } = run;
  if (tag === undefined && thorough) {
    run.check();
    const { root, lacks } = await checkClosure(target, digest);
    if (root === undefined || lacks.length > 0) return { kind: 'absent' };
    return { kind: 'complete', descriptor: root.descriptor, there: root };
  }
  const head = (reference: TagOrDigest) => run.perform(() => target.head(reference));
  const isWhole = async () => !thorough || (await checkClosure(target, digest)).lacks.length === 0;
  const named = await head(tag ?? digest);
  if (named && (await isSame(named.digest, digest, image))) {
    return (await isWhole()) ? { kind: 'complete', descriptor: named } : { kind: 'absent' };
  }
  if (tag === undefined) return { kind: 'absent' };
  if (named && !moves) throw tagMoved(`${target.name}:${tag}`, named.digest, digest);
  if (source.name === target.name) return { kind: 'untagged' };
  // A new tag usually means a new image, so asking for the digest too would seldom save a request.
  return named && (await head(digest)) && (await isWhole()) ? { kind: 'untagged' } : { kind: 'absent' };
}

/** Whether both digests name the same bytes. A registry answers for a tag with its SHA-256. */
async function isSame(named: Digest, digest: Digest, image: ReadImage): Promise<boolean> {
  if (algorithmOf(named) === algorithmOf(digest)) return named === digest;
  return (
    hashFor(named)
      .update((await image()).bytes)
      .digest('hex') === hexOf(named)
  );
}

async function readImage({ source, perform }: CopyRun, from: TagOrDigest): Promise<ManifestContent> {
  const content = await perform(() => source.manifest(from));
  if (content) return content;
  const name = `${source.name}${isDigest(from) ? '@' : ':'}${from}`;
  throw new PromoteError('NOT_FOUND', `copy from ${name}: there is no such image`, {
    hint: 'check the name, and that the credentials may read it',
  });
}

function onDemand<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => {
    value ??= read();
    return value;
  };
}

function tagMoved(name: string, actual: Digest, expected: Digest): PromoteError {
  return new PromoteError('TAG_MOVED', `copy to ${name}: the tag names ${actual}, expected ${expected}`, {
    hint: 'choose another tag, or let this one move',
  });
}
