import { gatherForRollback } from '../../facts/gather.ts';
import type { ReviewFacts } from '../../gates/approvals.ts';
import { type GroupDecision, type Judged, plannedGroup } from '../../gates/decide.ts';
import { evaluateCandidate, evaluatePlan } from '../../gates/evaluate.ts';
import type { Facts } from '../../gates/facts.ts';
import type { Verdict } from '../../gates/gate.ts';
import type { Candidate } from '../../plan/candidates.ts';
import { rollbackGroup } from '../../plan/groups.ts';
import { againWith } from '../../plan/request.ts';
import type { PinToRollBack } from '../../plan/rollback.ts';
import type { PlanBook } from '../../proposals/decided.ts';
import type { Run } from '../../run/run.ts';
import { readPlanBook } from '../../run/run.ts';
import type { Restore } from './restore.ts';

/** A rollback's decision, before and after the reviews of its pull request are counted. */
export interface JudgedRollback extends PlanBook {
  readonly decision: GroupDecision;
  readonly reviewed: (reviews: ReviewFacts) => GroupDecision;
}

/**
 * Decides on a rollback as `decide` does on a promotion, with a rollback's gates and approval. It is closed
 * if somebody edited a pin of `rollingBack` since. `group`: its name if it was proposed before; absent: it is
 * named by its images.
 */
export async function judgeRollback(
  run: Run,
  members: readonly Candidate[],
  rollingBack: readonly PinToRollBack[],
  proposed: { readonly group: string | undefined; readonly restores: readonly Restore[] },
): Promise<JudgedRollback> {
  const { environment } = run;
  const found = members.map(member => asFound(member, proposed.restores));
  const facts = await gatherForRollback(run, found);
  const judged = members.map((candidate): Judged => {
    const verdicts = evaluateCandidate(candidate, facts, environment);
    return {
      image: candidate.image,
      candidate,
      verdicts: [...movedSince(run, candidate, rollingBack), ...verdicts],
    };
  });
  const group = proposed.group ?? rollbackGroup(members.map(({ image }) => image));
  const considered = { group, judged };
  const book = await readPlanBook(run, 'rollback');
  const settled = (state: 'nothing' | 'closed'): JudgedRollback => {
    const decision = { ...considered, state };
    return { ...book, decision, reviewed: () => decision };
  };
  if (members.length === 0) return settled('nothing');
  if (judged.some(({ verdicts }) => verdicts.some(({ kind }) => kind === 'closed'))) return settled('closed');
  const plan = book.planOf(group, members);
  const decideWith = (known: Facts) =>
    plannedGroup(considered, plan, members, evaluatePlan(plan, known, environment));
  return {
    ...book,
    decision: decideWith(facts),
    reviewed: reviews => decideWith({ ...facts, reviews: new Map([[group, reviews]]) }),
  };
}

/** The candidate; its source is the repository that has the image now. */
function asFound(candidate: Candidate, restores: readonly Restore[]): Candidate {
  const { source, digest } = candidate;
  const lost = restores.find(({ to, ...restore }) => to === source.repository && restore.digest === digest);
  return lost === undefined ? candidate : { ...candidate, source: { ...source, repository: lost.from } };
}

function movedSince(
  { request }: Run,
  { image, edits }: Candidate,
  rollingBack: readonly PinToRollBack[],
): readonly Verdict[] {
  return edits.flatMap(({ file, locator }) => {
    const pin = rollingBack.find(
      known => known.image === image && known.file === file && known.locator === locator,
    );
    if (pin?.moved === undefined) return [];
    const { commit, author, subject } = pin.moved;
    return [
      {
        kind: 'closed',
        gate: 'moved',
        reason: `${file} ${locator} has been moved since by ${author} in ${commit.slice(0, 12)} (${subject})`,
        hint: `to undo that too: ${againWith(request, '--force')}; or name the target with --to, or other images with --image`,
      },
    ];
  });
}
