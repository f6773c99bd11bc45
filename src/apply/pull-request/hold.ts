import type { GroupDecision } from '../../gates/decide.ts';
import type { Candidate } from '../../plan/candidates.ts';
import type { SourceImage } from '../../plan/snapshot.ts';
import type { DecideAgain, Decided } from '../decide-on.ts';
import { heldSources } from './held-sources.ts';
import { type JudgedGroup, judgeGroup } from './judge-group.ts';
import type { Proposal } from './proposal.ts';
import type { Scene } from './scene.ts';

/**
 * Goes on with what an open pull request proposes, as far as it is kept: what a filtered run did not ask about, and
 * all of it once it is approved or where no build was named. `undefined` where the present plan supersedes it.
 */
export async function hold(
  scene: Scene,
  decided: Decided,
  found: { readonly decision: GroupDecision; readonly proposal: Proposal; readonly isUnnamed: boolean },
  again: DecideAgain,
): Promise<JudgedGroup | undefined> {
  const { environment, request } = scene;
  const { decision, proposal, isUnnamed } = found;
  const { snapshot } = decided.observation;
  const proposed = await heldSources(scene, proposal, snapshot.sources);
  const isAsked = ({ image }: SourceImage) => request.images.size === 0 || request.images.has(image);
  const unasked = proposed.filter(source => !isAsked(source));

  const widened =
    unasked.length > 0 ? await judgeAs([...snapshot.sources.filter(isAsked), ...unasked]) : undefined;
  if (widened?.proposal.change.kind === 'plan') return widened;
  if (!isUnnamed && environment.pullRequest.supersede === 'always') return widened;
  const kept = await judgeAs(proposed);
  const isKept = kept?.proposal.change.kind === 'plan' && (isUnnamed || isApproved(kept.decision));
  if (!isKept) return widened;
  const wanted = widened?.decision ?? decision;
  const isKeptToo = ({ image, digest }: Candidate) =>
    membersOf(kept.decision).some(member => member.image === image && member.digest === digest);
  const next = membersOf(wanted).filter(member => !isKeptToo(member));
  return { ...kept, proposal: { ...kept.proposal, next } };

  async function judgeAs(sources: readonly SourceImage[]) {
    const only = [...new Set(sources.map(({ image }) => image))];
    const redecided = await again({ ...snapshot, sources, only });
    const group = redecided.groups.find(entry => entry.group === decision.group);
    if (group === undefined || !('plan' in group)) return undefined;
    return await judgeGroup(scene, redecided, group, proposal.pullRequest);
  }
}

function membersOf(decision: GroupDecision): readonly Candidate[] {
  return 'members' in decision ? decision.members : [];
}

function isApproved(decision: GroupDecision): boolean {
  const verdicts = 'verdicts' in decision ? decision.verdicts : [];
  return verdicts.some(({ gate, kind, approvals = [] }) =>
    gate === 'approval' ? kind === 'open' && approvals.some(approval => approval.kind === 'review') : false,
  );
}
