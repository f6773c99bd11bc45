import type { Environment } from '../environments/environments.ts';
import type { PromoteError } from '../errors.ts';
import { needsOf } from '../gates/evaluate.ts';
import type { Facts } from '../gates/gate.ts';
import type { SignatureFinding } from '../gates/signature.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import { isComplete, type TargetState } from '../plan/target-state.ts';
import { findRecord } from '../records/find.ts';
import { checkClosure } from '../registry/copy/check-closure.ts';
import { missingFormats } from '../signing/sign.ts';
import { readFor } from './contain.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import { holdFacts } from './holds.ts';
import { judgeImage } from './judge-image.ts';
import type { Observation } from './observe.ts';

/**
 * Fetches the facts that the gates need: what each target holds, and what the configured gates' `needs` name of those
 * promotions that are not complete already.
 */
export async function gather(
  effects: Effects,
  environment: Environment,
  { files, failures: observed, lived }: Observation,
  candidates: readonly Candidate[],
  request: PromotionRequest,
): Promise<Facts> {
  const failures = new Map(observed);
  const states = await byImage(failures, candidates, async candidate => {
    const found = candidate.targets.map(target =>
      readTarget(effects, environment, candidate, target, request),
    );
    return await Promise.all(found);
  });
  const due = candidates.filter(candidate => !isComplete(candidate, states.get(candidate.image) ?? []));
  const signatures = await byImage(failures, due, candidate =>
    gatherSignatures(effects, environment, candidate),
  );
  return {
    failures,
    states,
    signatures,
    lived: lived ?? new Set(),
    holds: holdFacts(environment, files.holds, effects.now()),
    allowBackward: request.allowBackward,
    approvedBy: request.approvedBy,
  };
}

async function byImage<Fact>(
  failures: Map<string, PromoteError>,
  candidates: readonly Candidate[],
  read: (candidate: Candidate) => Promise<Fact>,
): Promise<ReadonlyMap<string, Fact>> {
  const wanted = candidates.filter(({ image }) => !failures.has(image));
  const facts = wanted.map(async candidate => {
    const fact = await readFor(failures, candidate.image, async () => read(candidate));
    return fact === undefined ? [] : [[candidate.image, fact] as const];
  });
  return new Map((await Promise.all(facts)).flat());
}

/** What `needs` asks for of the signatures on a candidate's source image. */
export async function gatherSignatures(
  effects: Effects,
  environment: Environment,
  candidate: Candidate,
): Promise<readonly SignatureFinding[]> {
  const { digest, source } = candidate;
  const needs = needsOf(environment, candidate).filter(({ kind }) => kind === 'signature');
  const image = { repository: source.repository, digest };
  return await Promise.all(needs.map(({ accepted }) => judgeImage(effects, image, accepted)));
}

/**
 * Tags always, and for a repair the whole image; the image, its signature and record otherwise only where nothing else
 * says that the promotion is due.
 */
async function readTarget(
  effects: Effects,
  environment: Environment,
  candidate: Candidate,
  { repository, tags }: Target,
  { repair = false }: PromotionRequest,
): Promise<TargetState> {
  const { digest } = candidate;
  const store = effects.store(repository);
  const heads = await Promise.all(
    tags.map(async ({ name }) => [name, (await store.head(name))?.digest] as const),
  );
  const state = { repository, tags: new Map(heads) };
  const tagged = heads.some(([, named]) => named === digest);
  const present = repair
    ? (await checkClosure(store, digest)).lacks.length === 0
    : tagged || (candidate.edits.length === 0 && (await store.head(digest)) !== undefined);
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
  const { trust, formats } = await effects.signing(environment.signing);
  const store = effects.store(repository);
  const referrers = await store.referrers(digest);
  const search = { store, referrers, digest, trust };
  const [missing, record] = await Promise.all([
    missingFormats(search, formats),
    findRecord({ ...search, environment: environment.name, repository }),
  ]);
  return { signed: missing.length === 0, recorded: record !== undefined };
}
