import { type ErrorCode, PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import type { EvidenceChoice } from '../../oci/evidence-choice.ts';
import { type ManifestContent, parseManifest } from '../../oci/manifest.ts';
import { readPart } from '../closure.ts';
import { chooseEvidence } from '../evidence/choose.ts';
import { countEvidence, type Evidence, findEvidence, type KnownReferrers } from '../evidence/evidence.ts';
import { evidenceOf, placesOf } from '../evidence/places.ts';
import { RegistryError } from '../registry-error.ts';
import type { Store } from '../store.ts';
import { copyEvidenceTag } from './copy-evidence-tag.ts';
import { copyParts, missesParts } from './copy-manifest.ts';
import type { CopyRun } from './copy-run.ts';
import { createLedger } from './ledger.ts';

/** The chosen evidence of an image by repository, with its counts. */
export interface GatheredEvidence {
  readonly parts: readonly FoundEvidence[];
  /** The number of chosen pieces. */
  readonly chosen: number;
  readonly found: number;
}

/** What one repository has of an image's evidence. */
interface FoundEvidence {
  readonly place: Store;
  readonly evidence: Evidence;
}

/** Finds the evidence of an image's manifests, and applies the choice. `seen`: what was read of the source before. */
export async function gatherEvidence(
  source: Store,
  digests: readonly Digest[],
  choice: EvidenceChoice,
  seen: { readonly tags?: ReturnType<Store['tags']> | undefined; readonly referrers?: KnownReferrers } = {},
): Promise<GatheredEvidence> {
  if (choice === 'none') return { parts: [], chosen: 0, found: 0 };
  const parts: FoundEvidence[] = [];
  let found = 0;
  let [subjects, chosen] = [digests, digests];
  for (const place of placesOf(source)) {
    const all =
      place === source
        ? await findEvidence(place, subjects, seen.tags, seen.referrers)
        : await findEvidence(place, subjects);
    const evidence = choice === 'all' ? all : await chooseEvidence(place, chosen, all, choice);
    parts.push({ place, evidence });
    found += countEvidence(all);
    // One place may have the signature of an SBOM that is in the other place.
    [subjects, chosen] = [
      [...subjects, ...digestsOf(all)],
      [...chosen, ...digestsOf(evidence)],
    ];
  }
  return { parts, chosen: parts.reduce((sum, { evidence }) => sum + countEvidence(evidence), 0), found };
}

function digestsOf({ referrers, tags }: Evidence): readonly Digest[] {
  return [...[...referrers.values()].flat(), ...tags.values()].map(({ digest }) => digest);
}

/**
 * Copies evidence to the target, which has the image already, and checks that the target lists all of it.
 * Returns whether anything was written. Throws `EVIDENCE` with what cannot be copied.
 */
export async function copyEvidence(run: CopyRun, { parts }: GatheredEvidence): Promise<boolean> {
  const target = evidenceOf(run.target);
  let isWritten = false;
  // The places are copied one after the other: both may change one referrers list or one tag.
  for (const { place, evidence } of parts)
    isWritten = (await copyFound({ ...run, source: place, target }, evidence)) || isWritten;
  return isWritten;
}

async function copyFound(run: CopyRun, { referrers, tags }: Evidence): Promise<boolean> {
  const written = await run.all([
    ...[...referrers].map(([subject, listed]) => copyReferrers(run, subject, listed)),
    ...[...tags].map(([tag, named]) => carrying(run, tag, () => copyEvidenceTag(run, tag, named))),
  ]);
  return written.includes(true);
}

async function copyReferrers(run: CopyRun, subject: Digest, wanted: readonly Descriptor[]): Promise<boolean> {
  const absent = await unlisted(run, subject, wanted);
  if (absent.length === 0) return false;
  for (const batch of inBatches(absent)) {
    const copied = await run.all(
      batch.map(referrer => carrying(run, referrer.digest, () => copyReferrer(run, subject, referrer))),
    );
    await carrying(run, `of ${subject}`, () => attach(run, copied));
  }
  const lost = await unlisted(run, subject, absent);
  if (lost.length === 0) return true;
  const names = lost.map(({ digest }) => digest).join(', ');
  throw new PromoteError(
    'EVIDENCE',
    `copy to ${run.target.name}@${subject}: not listed there when read back: ${names}`,
    {
      hint: 'run it again; if it stays so, the registry loses referrers: copy without evidence (--evidence none)',
    },
  );
}

/** The most bytes of manifests that are held before they are listed. */
const BATCH_BYTES = 16 * 1024 * 1024;

/** Batches in order, so that any number of manifests needs little memory. Small ones are listed by one write. */
export function inBatches(referrers: readonly Descriptor[]): readonly (readonly Descriptor[])[] {
  const batches: Descriptor[][] = [];
  let room = 0;
  for (const referrer of referrers) {
    const last = batches.at(-1);
    if (last === undefined || referrer.size > room) {
      batches.push([referrer]);
      room = BATCH_BYTES - referrer.size;
    } else {
      last.push(referrer);
      room -= referrer.size;
    }
  }
  return batches;
}

async function unlisted(
  { perform, target }: CopyRun,
  subject: Digest,
  wanted: readonly Descriptor[],
): Promise<readonly Descriptor[]> {
  const listed = await perform(() => target.referrers(subject));
  const digests = new Set(listed.map(({ digest }) => digest));
  return wanted.filter(({ digest }) => !digests.has(digest));
}

async function copyReferrer(run: CopyRun, subject: Digest, referrer: Descriptor): Promise<ManifestContent> {
  const content = await run.perform(() => readPart(run.source, referrer, subject));
  const named = parseManifest(content).subject?.digest;
  if (named !== subject) {
    const about = named === undefined ? 'it has no subject' : `its subject is ${named}`;
    throw new PromoteError('INVALID', `it is listed as a referrer of ${subject}, and ${about}`);
  }
  await copyParts(run, content);
  return content;
}

/** Writes the manifests and lists them in one step. Parts that the registry lacks are sent again. */
async function attach(run: CopyRun, contents: readonly ManifestContent[]): Promise<void> {
  const put = () => run.perform(() => run.target.attach(contents.map(content => ({ content }))));
  try {
    await put();
  } catch (error) {
    if (!missesParts(error)) throw error;
    const anew = { ...run, ledger: createLedger() };
    await run.all(contents.map(content => copyParts(anew, content)));
    await put();
  }
}

/** Errors that are caused by the evidence itself, not by the network or the credentials. */
const ABOUT_CONTENT: ReadonlySet<ErrorCode> = new Set([
  'NOT_FOUND',
  'INVALID',
  'UNSUPPORTED',
  'TOO_LARGE',
  'REGISTRY',
]);

async function carrying<Result>(run: CopyRun, what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PromoteError) || !ABOUT_CONTENT.has(error.code) || passes(error)) throw error;
    throw new PromoteError(
      'EVIDENCE',
      `copy evidence ${what} from ${run.source.name} to ${run.target.name}: ${error.message}`,
      { hint: 'repair or delete it at the source, or copy without evidence (--evidence none)', cause: error },
    );
  }
}

/** Whether a registry fails or limits requests, so the evidence is not at fault. */
function passes(error: PromoteError): boolean {
  return error instanceof RegistryError && (error.status >= 500 || error.status === 429);
}
