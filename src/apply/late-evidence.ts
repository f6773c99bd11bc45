import pLimit from 'p-limit';
import { findStop } from '../facts/stops.ts';
import type { Judged } from '../gates/decide.ts';
import { stopText } from '../gates/hold.ts';
import type { Digest } from '../oci/digest.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import { copyLateEvidence, findLateEvidence, type LateEvidence } from '../registry/copy/late-evidence.ts';
import type { SearchedStore } from '../registry/evidence/missing.ts';
import { counted } from '../reports/counts.ts';
import type { LateOutcome } from '../reports/late-evidence.ts';
import { contain } from '../run/contain.ts';
import type { Run } from '../run/run.ts';
import type { EnvironmentPlan } from './plan-environment.ts';

/** Targets that are looked at or copied to at the same time. */
const PARALLEL_TARGETS = 8;

type Planned = Pick<EnvironmentPlan, 'run' | 'groups'>;

/**
 * Looks for evidence that came to the sources after the promotion, of images on which nothing else is left to
 * do. Writes nothing. A source that cannot be asked is named, and fails nothing.
 */
export async function lookForLate(planned: Planned): Promise<readonly LateOutcome[]> {
  return (await findAll(planned)).map(({ outcome }) => outcome);
}

/**
 * Copies that evidence. Its image was promoted before, so no gate on promotions is asked; but a hold, a stop
 * or a freeze keeps it back. What cannot be copied is part of the result.
 */
export async function copyLate(planned: Planned): Promise<readonly LateOutcome[]> {
  const found = await findAll(planned);
  if (!found.some(({ outcome }) => outcome.kind === 'due')) return found.map(({ outcome }) => outcome);
  // A stop whose pull request was closed costs a request, so it is looked for only if something is copied.
  const stop = await findStop(planned.run, true);
  return await eachOf(found, async ({ outcome, late }) => {
    if (outcome.kind !== 'due' || late === undefined) return outcome;
    if (stop !== undefined) return { ...outcome, kind: 'withheld', reason: stopText(stop) };
    return await copyOne(planned.run, outcome, late);
  });
}

interface Found {
  readonly outcome: LateOutcome;
  readonly late?: LateEvidence;
}

interface Complete extends Judged {
  readonly candidate: Candidate;
}

async function findAll({ run, groups }: Planned): Promise<readonly Found[]> {
  if (run.request.evidence === 'none') return [];
  const complete = groups.flatMap(({ judged }) => judged).filter(isComplete);
  const looked = complete.flatMap(judged =>
    judged.candidate.targets
      .filter(({ repository }) => repository !== judged.candidate.source.repository)
      .map(target => ({ judged, target })),
  );
  const found = await eachOf(looked, async ({ judged, target }) => await findOne(run, judged, target));
  return found.flatMap(one => one ?? []);
}

function isComplete(judged: Judged): judged is Complete {
  return judged.isComplete === true && judged.candidate !== undefined;
}

async function findOne(
  { effects: { store }, request: { evidence } }: Run,
  { image, candidate: { digest, source }, states = [], withheld }: Complete,
  { repository }: Target,
): Promise<Found | undefined> {
  const known = states.find(state => state.repository === repository)?.referrers;
  const about = { image, source: source.repository, target: repository, digest };
  const looked = await contain(
    async () =>
      await findLateEvidence({
        source: store(source.repository),
        target: searched(store(repository), digest, known),
        digest,
        evidence,
      }),
  );
  if (looked.kind === 'failed') return { outcome: { ...about, kind: 'unknown', error: looked.error } };
  const late = looked.value;
  const pieces = late.missing.length;
  if (pieces === 0) return undefined;
  if (withheld !== undefined) return { outcome: { ...about, kind: 'withheld', pieces, reason: withheld } };
  return { outcome: { ...about, kind: 'due', pieces }, late };
}

/** The target, which is not asked again for the image's own referrers if they are known. */
function searched(
  store: SearchedStore,
  image: Digest,
  known: Awaited<ReturnType<SearchedStore['referrers']>> | undefined,
): SearchedStore {
  return {
    name: store.name,
    head: target => store.head(target),
    manifest: target => store.manifest(target),
    referrers: async subject =>
      subject === image && known !== undefined ? known : await store.referrers(subject),
  };
}

async function copyOne(
  { effects: { store, progress, signal, log } }: Run,
  outcome: Extract<LateOutcome, { readonly kind: 'due' | 'copied' }>,
  late: LateEvidence,
): Promise<LateOutcome> {
  const { image, source, target, digest, pieces } = outcome;
  const copied = await contain(
    async () =>
      await copyLateEvidence({ source: store(source), target: store(target), progress, signal }, late),
  );
  if (copied.kind === 'failed') {
    log(`failed: ${image}: ${copied.error.message}`);
    return { image, source, target, digest, kind: 'failed', error: copied.error };
  }
  log(`copied ${counted(pieces, 'piece')} of newer evidence to ${target}`);
  return { ...outcome, kind: 'copied' };
}

async function eachOf<Item, Result>(
  items: readonly Item[],
  step: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const limit = pLimit(PARALLEL_TARGETS);
  return await Promise.all(items.map(item => limit(() => step(item))));
}
