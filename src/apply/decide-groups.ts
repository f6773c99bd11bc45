import type { Environment } from '../environments/environments.ts';
import { gather } from '../facts/gather.ts';
import { type Observation, withImageFacts } from '../facts/observe.ts';
import { isStoppedByClosed } from '../facts/stops.ts';
import { decide } from '../gates/decide.ts';
import type { Facts } from '../gates/facts.ts';
import { unwritablePath } from '../git/changes.ts';
import type { Digest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import { candidates } from '../plan/candidates.ts';
import { closeUneditable } from '../plan/editable.ts';
import { repairs } from '../plan/repairs.ts';
import type { Snapshot } from '../plan/snapshot.ts';
import type { Decided, JudgedGroup } from '../proposals/decided.ts';
import { judgeProposals } from '../proposals/judge-proposals.ts';
import { pinsDigests } from '../proposals/read-change.ts';
import { branchOf } from '../proposals/run.ts';
import { findPinnedBefore } from '../run/pinned-before.ts';
import type { Run } from '../run/run.ts';
import { readPlanBook } from '../run/run.ts';

/** The decisions on an observation, with each group's pull request. */
export interface DecidedGroups extends Pick<Decided, 'outcomes'> {
  readonly judged: readonly JudgedGroup[];
}

/**
 * Decides on an observation. Finding digests that were pinned before means reading the history, so only what
 * this run would propose or copy is searched for. An open pull request was searched for when it was opened.
 */
export async function decideGroups(run: Run, observed: Observation): Promise<DecidedGroups> {
  const { effects, environment, files, forge } = run;
  const pinnedBefore = new Set<Digest>();
  const asked = new Set<Digest>();
  for (;;) {
    const { outcomes, judged } = await judge(new Set(pinnedBefore));
    const newcomers = (await Promise.all(judged.map(async group => newcomersOf(run, group)))).flat();
    const due = newcomers.filter(({ digest }) => !asked.has(digest));
    const found = await findPinnedBefore(effects, files, environment, due);
    if (found.size === 0) return { outcomes, judged };
    for (const { digest } of due) asked.add(digest);
    for (const digest of found) pinnedBefore.add(digest);
  }

  async function judge(pinnedBefore: ReadonlySet<Digest>): Promise<DecidedGroups> {
    const decided = await judgeIn({ ...observed, pinnedBefore });
    // The question costs a request, so it is asked only if something would be done.
    const isReady = decided.judged.some(({ decision }) => decision.state === 'ready');
    return isReady && (await isStoppedByClosed(run))
      ? await judgeIn({ ...observed, pinnedBefore, asksStop: true })
      : decided;
  }

  async function judgeIn(world: Observation): Promise<DecidedGroups> {
    const decided = await decideOn(run, world);
    // An open pull request may have other digests, whose tags count as much for its plan.
    const again = async (other: Snapshot) => {
      const failures = new Map(world.failures);
      const snapshot = await withImageFacts(run, other, failures);
      return await decideOn(run, { ...world, snapshot, failures }, true);
    };
    const judged = forge
      ? await judgeProposals({ ...run, forge }, decided, again)
      : decided.groups.map(decision => ({ decision }));
    return { outcomes: decided.outcomes, judged };
  }
}

/** The members that are not in an open pull request and not yet at all targets. */
async function newcomersOf(run: Run, { decision, proposal }: JudgedGroup): Promise<readonly Candidate[]> {
  if (!('plan' in decision)) return [];
  const { group, members, judged, state } = decision;
  if (proposal?.state === 'declined' || proposal?.state === 'foreign') return [];
  const isOpen = proposal?.pullRequest.state === 'open';
  const head = isOpen ? proposal.pullRequest.head : (await run.branches()).get(branchOf(run, group))?.commit;
  if (head === undefined) return members;
  const isThere = ({ image }: Candidate) => judged.some(entry => entry.image === image && entry.isTagged);
  const resting = members.filter(member => state === 'waiting' || isThere(member));
  const proposed = resting.map(async member =>
    (isOpen && proposal.change.kind === 'plan') || (await pinsDigests(run, [member], head)) ? [member] : [],
  );
  const known = new Set((await Promise.all(proposed)).flat());
  return members.filter(member => !known.has(member));
}

/** Derives candidates from an observation, gathers the facts for their gates, and decides. */
async function decideOn(run: Run, observation: Observation, keepWaiting = false): Promise<Decided> {
  const { environments, environment, request } = run;
  const judgeAlone = async (alone: Environment, snapshot: Snapshot) => {
    const derived = candidates(environments, alone, snapshot);
    const outcomes = closeUneditable(environments, alone, run.files.texts, derived, unwritablePath);
    const found = outcomes.flatMap(outcome => (outcome.kind === 'candidate' ? outcome.candidate : []));
    return { outcomes, facts: await gather({ ...run, environment: alone }, observation, found) };
  };
  const { from } = environment;
  const { outcomes, facts: gathered } =
    from.kind === 'environments' && from.need === 'any'
      ? await (await import('./any-source.ts')).chooseSources(
          run,
          environment,
          observation.snapshot,
          judgeAlone,
        )
      : await judgeAlone(environment, observation.snapshot);
  const book = await readPlanBook(run);
  const allowed = request.repair ? repairs(run, outcomes, gathered.states) : outcomes;
  const decideWith = (facts: Facts) =>
    decide({ environment, planOf: book.planOf, outcomes: allowed, facts, keepWaiting });
  return {
    ...book,
    snapshot: observation.snapshot,
    outcomes: allowed,
    groups: decideWith(gathered),
    reviewed: (group, reviews) =>
      decideWith({ ...gathered, reviews: new Map([[group, reviews]]) }).find(entry => entry.group === group),
  };
}
