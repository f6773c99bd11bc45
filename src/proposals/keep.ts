import type { Environment } from '../environments/environments.ts';
import { sourceNames } from '../environments/image-origin.ts';
import { deploymentKey, environmentNamed, ownsFile } from '../environments/locate.ts';
import type { Approval } from '../gates/approvals.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { readFiles } from '../git/read-files.ts';
import type { Candidate } from '../plan/candidates.ts';
import { changedPins } from '../plan/change.ts';
import { imagePins } from '../plan/image-pins.ts';
import { isByTag } from '../plan/pin-target.ts';
import type { ImagePin, SourceImage } from '../plan/snapshot.ts';
import { sourceImages } from '../plan/source-images.ts';
import type { DecideAgain, Decided, JudgedGroup } from './decided.ts';
import { promotionChange } from './group-change.ts';
import { judgeGroup } from './judge-group.ts';
import type { Proposal } from './proposal.ts';
import type { ProposalRun } from './run.ts';

/**
 * Keeps the digests of an open pull request that a filtered run did not ask about. It keeps all of them once
 * it is approved or no build was named. `undefined` if the present plan replaces them.
 */
export async function keepProposed(
  run: ProposalRun,
  { snapshot }: Decided,
  found: { readonly decision: GroupDecision; readonly proposal: Proposal; readonly isUnnamed: boolean },
  again: DecideAgain,
): Promise<JudgedGroup | undefined> {
  const { environment, request } = run;
  const { decision, proposal, isUnnamed } = found;
  const proposed = await proposedSources(run, proposal, snapshot.sources);
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
    const task = { decision: group, change: promotionChange(environment, group) };
    return await judgeGroup(run, task, proposal.pullRequest, redecided);
  }
}

function membersOf(decision: GroupDecision): readonly Candidate[] {
  return 'members' in decision ? decision.members : [];
}

function isApproved(decision: GroupDecision): boolean {
  const verdicts = 'verdicts' in decision ? decision.verdicts : [];
  return verdicts.some(
    ({ gate, kind, approvals = [] }) =>
      gate === 'approval' && kind === 'open' && approvals.some(({ kind: by }) => LASTING.includes(by)),
  );
}

/** Approvals of one plan that outlast the run in which they are counted. */
const LASTING: readonly Approval['kind'][] = ['review', 'comment', 'signature'];

/**
 * The sources of an open pull request: the images whose pins it changes, with their sources at its merge base. What the
 * source environment's files do not show is taken from the pins.
 */
async function proposedSources(
  run: ProposalRun,
  { pullRequest: { head }, change: { mergeBase } }: Proposal,
  current: readonly SourceImage[],
): Promise<readonly SourceImage[]> {
  const { environments, environment } = run;
  const pinsAt = async (commit: string, owner: Environment) => {
    const wanted = (path: string) => ownsFile(owner, path);
    return imagePins(environments, owner, await readFiles(run.files.repository, commit, wanted));
  };
  const pinned = changedPins(await pinsAt(mergeBase, environment), await pinsAt(head, environment), known =>
    isByTag(environments, environment, known),
  );
  const before = await sourcesAt(run, owner => pinsAt(mergeBase, owner));
  return [...pinned].flatMap(([image, { tag, digest, file, line }]): readonly SourceImage[] => {
    // The digest of a pin by tag is known if the source still has that tag.
    if (digest === undefined) return current.filter(source => source.image === image && source.tag === tag);
    const known = before.filter(source => source.image === image && source.digest === digest);
    const [first] = known;
    // In one source environment the first pin is enough; several sources have to agree, or are each judged.
    if (first) return first.environment === undefined ? [first] : known;
    const built = environments.images.find(({ name }) => name === image)?.source;
    const repository = current.find(source => source.image === image)?.repository ?? built;
    if (repository === undefined) return [];
    const origin = `${environment.name} ${file}:${line}`;
    return [{ image, repository, digest, origin, ...(tag === undefined ? {} : { tag }) }];
  });
}

async function sourcesAt(
  { environments, environment }: ProposalRun,
  pinsOf: (owner: Environment) => Promise<readonly ImagePin[]>,
): Promise<readonly SourceImage[]> {
  const { from } = environment;
  const sources = sourceNames(from).map(name => environmentNamed(environments, name));
  const near = sources.filter(source => deploymentKey(source) === deploymentKey(environment));
  const read = near.map(async (source): Promise<readonly SourceImage[]> => {
    const pinned = sourceImages(environments, source, await pinsOf(source));
    return from.kind === 'environments' ? pinned.map(one => ({ ...one, environment: source.name })) : pinned;
  });
  return (await Promise.all(read)).flat();
}
