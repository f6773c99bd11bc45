import type { Approver, SignedApproval } from '../environments/gates/signed-approval.ts';
import { type FoundApproval, requestersOf } from '../gates/approvals.ts';
import type { Facts, SignedFacts } from '../gates/facts.ts';
import { tallySigned } from '../gates/tally-signed.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { HandedApproval, Requester } from '../plan/request.ts';
import { readTrailers } from '../plan/trailers.ts';
import { askersOf } from '../proposals/askers.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import { branchOf } from '../proposals/run.ts';
import { APPROVAL, claimedPlan, parseApproval } from '../records/approval.ts';
import type { Effects } from '../run/effects.ts';
import { readLastPinned } from '../run/last-pinned.ts';
import type { Run } from '../run/run.ts';
import { PREDICATE_TYPE_HINT } from '../signing/attach.ts';
import { refusalText } from '../signing/find-signer.ts';
import { readBundles } from '../signing/read.ts';
import { nearest, type Refused } from '../signing/refusal.ts';
import type { Trust } from '../signing/trust.ts';
import { verifyBundle } from '../signing/verify.ts';

/** The image that approvals are attached to. */
export interface ApprovedImage {
  readonly repository: RepositoryName;
  readonly digest: Digest;
}

/** A person who may approve, with one of their signers. */
export interface LoadedApprover {
  readonly person: Approver;
  readonly trust: Trust;
}

/** The most unrequested bundles at an image whose refusals are reported. */
const MOST_REFUSED = 5;

/** The results of this run's earlier judgements, since its gates are judged more than once. */
const known = new WeakMap<PinnedFiles, Map<string, ReturnType<typeof readLastPinned>>>();

/**
 * Reads the signed approvals of a run: those that the caller passes, and those that are attached. A
 * promotion's are attached to the source images, a rollback's to the images that it restores.
 */
export async function readApprovals(
  run: Run,
  { signers }: SignedApproval,
  candidates: readonly Candidate[],
  kind: Facts['kind'],
): Promise<SignedFacts> {
  const { effects, request, environment, files } = run;
  const approvers = await loadApprovers(effects, signers);
  const images = candidates.map(candidate => approvedImage(candidate, kind));
  const given = await verifyAll(approvers, ((await request.approvals?.()) ?? []).map(asGiven));
  const attached = await verifyAll(approvers, await readAttached(effects, images));
  const found = [...given, ...attached].filter(one => 'person' in one);
  const isAny = found.length > 0;
  return {
    found,
    refused: [...refusedOf(given), ...refusedOf(attached).slice(0, MOST_REFUSED)],
    requesters: isAny ? await askersOf(run) : requestersOf(request),
    proposers: isAny ? await readProposers(run) : new Map(),
    pinnedBy: isAny ? await lastPinned(files, environment, candidates) : new Map(),
    tally: tallySigned,
  };
}

/** The image that an approval of a member is attached to. */
function approvedImage({ source, targets, digest }: Candidate, kind: Facts['kind']): ApprovedImage {
  const [first] = targets;
  const repository = kind === 'rollback' ? (first?.repository ?? source.repository) : source.repository;
  return { repository, digest };
}

/** Loads the signers of the people who may approve; throws `KEY` or `NOT_FOUND`. */
export async function loadApprovers(
  { trust }: Pick<Effects, 'trust'>,
  people: readonly Approver[],
): Promise<readonly LoadedApprover[]> {
  const ways = people.flatMap(person => person.signers.map(signer => ({ person, signer })));
  return await Promise.all(
    ways.map(async ({ person, signer }) => {
      const trustedRoot = signer.kind === 'certificate' ? person.trustedRoot : undefined;
      return { person, trust: await trust({ signer, trustedRoot, images: [], children: false }) };
    }),
  );
}

/** A bundle that may be an approval, and where it was found. */
interface Bundle extends Pick<FoundApproval, 'place' | 'isGiven' | 'manifest'> {
  /** The bundle's bytes, or the reason why they cannot be read. */
  readonly read: Uint8Array | Refused;
}

function asGiven({ name, bytes }: HandedApproval): Bundle {
  return { place: name, isGiven: true, read: bytes };
}

/** The bundles at images that are approvals by their annotations. */
export async function readAttached(
  { store }: Pick<Effects, 'store'>,
  images: readonly ApprovedImage[],
): Promise<readonly Bundle[]> {
  const distinct = new Map(images.map(image => [`${image.repository}@${image.digest}`, image]));
  const read = [...distinct.values()].map(async ({ repository, digest }) => {
    const from = store(repository);
    const referrers = (await from.referrers(digest)).filter(isMaybeApproval);
    const place = `${repository}@${shortDigest(digest)}`;
    const bundles: Bundle[] = [];
    for await (const { descriptor, read } of readBundles(from, referrers, HINTS))
      bundles.push({ place, isGiven: false, manifest: descriptor.digest, read });
    return bundles;
  });
  return (await Promise.all(read)).flat();
}

const HINTS = { [PREDICATE_TYPE_HINT]: APPROVAL };

function isMaybeApproval({ annotations }: { readonly annotations?: Readonly<Record<string, string>> }) {
  const named = annotations?.[PREDICATE_TYPE_HINT];
  return named === undefined || named === APPROVAL;
}

/** A bundle that is not an approval by one of these people. */
interface RefusedBundle {
  readonly refusal: string;
}

/** Verifies each bundle against every person's signers. */
export async function verifyAll(
  approvers: readonly LoadedApprover[],
  bundles: readonly Bundle[],
): Promise<readonly (FoundApproval | RefusedBundle)[]> {
  const verified = bundles.map(async bundle => await verifyApproval(approvers, bundle));
  return (await Promise.all(verified)).flat();
}

async function verifyApproval(
  approvers: readonly LoadedApprover[],
  { read, ...where }: Bundle,
): Promise<readonly (FoundApproval | RefusedBundle)[]> {
  if ('kind' in read)
    return [{ refusal: `${where.place}: an approval there cannot be read: ${refusalText(read)}` }];
  const digest = await claimedPlan(read);
  // Other bundles at an image do not concern the gate.
  if (digest === undefined) return where.isGiven ? [{ refusal: `${where.place}: is no approval` }] : [];
  const refusals: Refused[] = [];
  for (const { person, trust } of approvers) {
    const verified = await verifyBundle(read, { trust, digest, predicateType: APPROVAL });
    const claim = verified.kind === 'verified' ? parseApproval(verified.statement) : undefined;
    if (verified.kind === 'refused') refusals.push(verified);
    else if (claim?.planDigest === digest) {
      const { by } = verified;
      const signer = by.kind === 'key' ? by.keyId : `${by.identity} (${by.issuer})`;
      return [{ ...claim, ...where, person, signer }];
    }
  }
  return [{ refusal: `${where.place}: by none of the signers: ${refusalText(nearest(refusals))}` }];
}

function refusedOf(read: readonly (FoundApproval | RefusedBundle)[]): readonly string[] {
  return read.flatMap(one => ('refusal' in one ? one.refusal : []));
}

async function lastPinned(
  files: PinnedFiles,
  environment: Run['environment'],
  candidates: readonly Candidate[],
): Promise<SignedFacts['pinnedBy']> {
  const images = new Set(candidates.map(({ image }) => image).toSorted());
  const key = JSON.stringify([...images]);
  const read = known.get(files) ?? new Map<string, ReturnType<typeof readLastPinned>>();
  known.set(files, read);
  const found = read.get(key) ?? readLastPinned(files, environment, images);
  read.set(key, found);
  return await found;
}

/** The requesters of the proposal on each branch, by its newest commit, without a forge. */
async function readProposers(run: Run): Promise<ReadonlyMap<string, readonly Requester[]>> {
  const prefix = branchOf(run, '');
  const read = [...(await run.branches())].map(async ([branch, { commit }]) => {
    for await (const { message } of run.repository.history(commit, () => true))
      return [branch.slice(prefix.length), readTrailers(message).requesters] as const;
    return [branch.slice(prefix.length), []] as const;
  });
  return new Map(await Promise.all(read));
}
