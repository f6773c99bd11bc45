import type { Environment, Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Forge, ProposedMerge } from '../../forges/forge.ts';
import type { Repository } from '../../git/repository.ts';
import { GATE_STATUS } from '../../plan/gate-status.ts';
import { repositoryAddress } from '../../plan/repository-address.ts';
import { statusLine } from '../../proposals/status.ts';
import type { GateAnswer } from '../../reports/gate.ts';
import type { Effects } from '../effects.ts';
import { remember } from '../remember.ts';
import { type JudgedChange, judgeChange } from './judge-change.ts';
import { judgeRevert } from './judge-revert.ts';
import { promotionsIn } from './promotions-in.ts';

/** What the gate is asked about. */
export type GateSubject =
  | { readonly kind: 'pull-request'; readonly number: number }
  /** Several pull requests that GitHub's merge queue tries together. */
  | {
      readonly kind: 'merge-group';
      readonly before: string;
      readonly after: string;
      readonly branch: string;
    };

/** What is asked, and where. */
export interface GateRequest {
  readonly subject: GateSubject;
  /** The CI's own repository, which the pull request is in; absent: the deployment repository, if there is one alone. */
  readonly repository: string | undefined;
  /** The environments file's path, as far as it lies in that repository. */
  readonly file: string | undefined;
  readonly runUrl: string | undefined;
}

/** The repository that the gate answers in, and the environments that its branch holds. */
export interface GatePlace {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly here: readonly Environment[];
  readonly repository: Repository;
  readonly forge: Forge;
  readonly branch: string;
}

/**
 * Answers whether a change may be merged that promote did not make, and sets the status on its newest commit. Branches
 * of promote's own are left to apply, so that each commit has one writer. Throws `NOT_FOUND` where no such pull request
 * is open, `CONFIGURATION` on plain Git.
 */
export async function answerGate(
  given: Effects,
  environments: Environments,
  asked: GateRequest,
): Promise<GateAnswer> {
  const effects = remember(given);
  const at = await placeOf(effects, environments, asked.repository);
  const { subject } = asked;
  if (subject.kind === 'merge-group') {
    const place = await onBranch({ ...at, effects, environments }, subject.branch);
    const { before, after } = subject;
    const explained = await promotionsIn(place, subject);
    const judged = await judgeChange(place, { before, after, file: asked.file, explained });
    return await settle(
      place,
      asked,
      { subject: `merge group ${after.slice(0, 12)}`, commit: after },
      judged,
    );
  }
  const merge = await at.forge.proposedMerge(subject.number);
  if (merge === undefined) {
    throw new PromoteError(
      'NOT_FOUND',
      `gate: no open pull request #${subject.number} in ${at.repository.name}`,
    );
  }
  const told = { subject: merge.url, commit: merge.head };
  const place = await onBranch({ ...at, effects, environments }, merge.base);
  if (isOurs(place, merge))
    return { ...told, state: 'ours', reason: 'apply answers for this branch', changes: [], notices: [] };
  if (merge.merge === undefined) return await settle(place, asked, told, unmerged(merge));
  const judged = await judgeChange(place, { ...merge.merge, file: asked.file, explained: new Map() });
  return await settle(place, asked, told, (await judgeRevert(place, merge, judged)) ?? judged);
}

/** Only apply pushes to these, and only apply answers for them. */
function isOurs({ here }: GatePlace, { isOwn, branch }: ProposedMerge): boolean {
  return isOwn && here.some(({ name }) => branch.startsWith(`promote/${name}/`));
}

function unmerged({ conflicts }: ProposedMerge): JudgedChange {
  const reason = conflicts
    ? 'it conflicts with its base, so what it changes cannot be told'
    : 'the forge has not merged it on trial yet, so what it changes cannot be told';
  return { state: 'pending', reason, changes: [], notices: [] };
}

async function settle(
  { forge }: GatePlace,
  { runUrl, subject }: GateRequest,
  told: Pick<GateAnswer, 'subject' | 'commit'>,
  { state, reason, changes, notices }: JudgedChange,
): Promise<GateAnswer> {
  const description = statusLine(reason);
  const status = { context: GATE_STATUS, state, description, url: runUrl };
  // GitLab looks for it in the merge request's own pipeline.
  const number = subject.kind === 'pull-request' ? subject.number : undefined;
  await forge.pullRequests.setStatus(told.commit, status, number);
  return { ...told, state, reason, changes, notices };
}

async function placeOf(
  effects: Effects,
  { environments }: Environments,
  own: string | undefined,
): Promise<Pick<GatePlace, 'here' | 'repository' | 'forge'>> {
  const opened = await Promise.all(
    environments.map(async environment => {
      const repository = await effects.repository(environment.deployment);
      return { environment, repository, address: repositoryAddress(repository.name) };
    }),
  );
  const wanted = own === undefined ? opened[0]?.address : repositoryAddress(own);
  const here = opened.filter(({ address }) => address === wanted);
  const [first] = here;
  const isAmbiguous = own === undefined && here.length < opened.length;
  if (first === undefined || isAmbiguous) {
    throw new PromoteError(
      'USAGE',
      `gate: no environment has its deployment files in ${own ?? 'one repository'}`,
      {
        hint: 'run it in the CI of the deployment repository',
      },
    );
  }
  const forge = await effects.forge?.(first.environment.deployment);
  if (forge === undefined) {
    throw new PromoteError('CONFIGURATION', `gate: ${first.repository.name} has no pull requests`, {
      hint: 'name its forge in deployments.forge, and set the token of it',
    });
  }
  return { here: here.map(({ environment }) => environment), repository: first.repository, forge };
}

/** The environments whose files the branch holds. */
async function onBranch(place: Omit<GatePlace, 'branch'>, branch: string): Promise<GatePlace> {
  const own = (await place.repository.head())?.branch;
  const here = place.here.filter(({ deployment }) => (deployment.branch ?? own) === branch);
  return { ...place, here, branch };
}
