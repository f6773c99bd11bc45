import type { Environment } from '../environments/environments.ts';
import { ownsFile } from '../environments/locate.ts';
import type { Facts } from '../gates/gate.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import type { TargetState } from '../plan/target-state.ts';
import { findRecord } from '../records/find.ts';
import { findSignature } from '../signing/find.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import type { Observation } from './observe.ts';

/** The most commits of the environment's files that are searched for earlier pins. */
const HISTORY_LIMIT = 1000;

/** Fetches the facts that the gates need: what each target holds, and which digests lived here before. */
export async function gather(
  effects: Effects,
  environment: Environment,
  { files }: Observation,
  candidates: readonly Candidate[],
  request: PromotionRequest,
): Promise<Facts> {
  const states = candidates.map(async candidate => {
    const found = candidate.targets.map(target => readTarget(effects, environment, candidate, target));
    return [candidate.image, await Promise.all(found)] as const;
  });
  return {
    states: new Map(await Promise.all(states)),
    lived: await livedBefore(files, environment, candidates),
    allowBackward: request.allowBackward,
    approvedBy: request.approvedBy,
  };
}

/** Tags always; the image, its signature and record only where nothing else says that the promotion is due. */
async function readTarget(
  effects: Effects,
  environment: Environment,
  candidate: Candidate,
  { repository, tags }: Target,
): Promise<TargetState> {
  const { digest } = candidate;
  const store = effects.store(repository);
  const heads = await Promise.all(
    tags.map(async ({ name }) => [name, (await store.head(name))?.digest] as const),
  );
  const state = { repository, tags: new Map(heads) };
  const tagged = heads.some(([, named]) => named === digest);
  const present = tagged || (candidate.edits.length === 0 && (await store.head(digest)) !== undefined);
  if (!present || candidate.edits.length > 0) return { ...state, present, signed: false, recorded: false };
  return {
    ...state,
    present,
    ...(await readEvidence(effects, environment, candidate, { repository, tags })),
  };
}

async function readEvidence(
  effects: Effects,
  environment: Environment,
  { digest }: Candidate,
  { repository }: Target,
): Promise<Pick<TargetState, 'signed' | 'recorded'>> {
  if (environment.signing === undefined) return { signed: true, recorded: true };
  const { keys } = await effects.signing(environment.signing);
  const store = effects.store(repository);
  const referrers = await store.referrers(digest);
  const [signature, record] = await Promise.all([
    findSignature({ store, referrers, digest, keys }),
    findRecord({ store, referrers, digest, keys, environment: environment.name, repository }),
  ]);
  return { signed: signature !== undefined, recorded: record !== undefined };
}

async function livedBefore(
  { repository, head }: Observation['files'],
  environment: Environment,
  candidates: readonly Candidate[],
): Promise<ReadonlySet<Digest>> {
  const wanted = candidates
    .filter(({ current, digest }) => current.some(state => state.digest !== digest))
    .map(({ digest }) => digest);
  const lived = new Set<Digest>();
  if (wanted.length === 0) return lived;
  let commits = 0;
  for await (const { changes } of repository.history(head.commit, path => ownsFile(environment, path))) {
    const before = changes.flatMap(change => change.before ?? []);
    for (const text of (await repository.read(before)).values()) {
      for (const digest of wanted) if (text.includes(hexOf(digest))) lived.add(digest);
    }
    if (++commits === HISTORY_LIMIT || lived.size === wanted.length) break;
  }
  return lived;
}
