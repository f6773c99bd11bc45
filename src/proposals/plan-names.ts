import { ownsFile } from '../environments/locate.ts';
import type { GivenReview } from '../gates/approvals.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { readFiles } from '../git/read-files.ts';
import { pinValue } from '../pins/value.ts';
import type { Candidate } from '../plan/candidates.ts';
import { imagePins } from '../plan/image-pins.ts';
import { pinsMember } from '../plan/pins-member.ts';
import { isNamedBy } from '../plan/plan.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import type { PlanBook } from './decided.ts';
import { isRepair } from './group-change.ts';
import type { OwnCommit } from './pushes.ts';
import type { ProposalRun } from './run.ts';

/** Says whether commits of promote's were made for the present plan of a group. */
export interface PlanNames {
  changeOf(own: OwnCommit | undefined): Promise<GivenReview['change']>;
}

/** For a branch that promote never pushed to, only the change of a commit counts. */
export const UNNAMED: PlanNames = { changeOf: async () => 'plan' };

/**
 * Compares a commit's plan with the group's. Where the pins are right already, as after an early merge, the proposed
 * plan is made again from what the commit changed. The same targets, tags, sources and policy give its digest.
 */
export function planNames(
  run: ProposalRun,
  decision: Extract<GroupDecision, { readonly plan: unknown }>,
  book: PlanBook,
): PlanNames {
  const { plan, members } = decision;
  const former = book.formerDigest(plan);
  return {
    async changeOf(own) {
      if (own === undefined) return 'other';
      if (isNamedBy(plan, own.plan)) return 'plan';
      if (own.plan === former) return 'former';
      if (!isRepair(members)) return 'other';
      const proposed = await proposedMembers(run, decision, own);
      const includesAll = members.every(({ image }) => proposed?.some(member => member.image === image));
      return includesAll && proposed && book.planOf(plan.group, proposed).digest === own.plan
        ? 'plan'
        : 'other';
    },
  };
}

/** The group's candidates with the edits of the commit; `undefined` if it pins other digests. */
async function proposedMembers(
  { environments, environment, files: { repository } }: ProposalRun,
  { judged }: GroupDecision,
  { commit, parent }: OwnCommit,
): Promise<readonly Candidate[] | undefined> {
  if (parent === undefined) return undefined;
  const pinsAt = async (at: string) =>
    imagePins(
      environments,
      environment,
      await readFiles(repository, at, path => ownsFile(environment, path)),
    );
  const before = new Map((await pinsAt(parent)).map(known => [placeOf(known), known]));
  const changed = (await pinsAt(commit)).filter(
    now => pinValue(now.pin) !== valueAt(before.get(placeOf(now))),
  );
  const byImage = Map.groupBy(changed, ({ image }) => image);
  const members = [...byImage].map(([image, pins]): Candidate | undefined => {
    const candidate = judged.find(entry => entry.image === image)?.candidate;
    const isTheirs = (now: ImagePin) =>
      candidate !== undefined && pinsMember(environments, environment, now, candidate);
    if (candidate === undefined || !pins.every(isTheirs)) return undefined;
    const edits = pins.map(now => ({
      file: now.pin.file,
      locator: now.pin.locator,
      old: valueAt(before.get(placeOf(now))) ?? '',
      new: pinValue(now.pin),
    }));
    return { ...candidate, edits };
  });
  const known = members.filter(member => member !== undefined);
  return known.length === members.length ? known : undefined;
}

function valueAt(known: ImagePin | undefined): string | undefined {
  return known && pinValue(known.pin);
}

function placeOf({ image, pin }: ImagePin): string {
  return `${image}\n${pin.file}\n${pin.locator}`;
}
