import type { Environment, Environments } from '../environments/environments.ts';
import { type ApprovalGate, isOnPullRequest } from '../environments/gates/approval.ts';
import {
  formerPolicyHash,
  imagePolicyHash,
  type KeyIds,
  policyHash,
  publicKeysOf,
} from '../environments/hash.ts';
import { environmentNamed, unknownImages } from '../environments/locate.ts';
import { trustedRootsOf } from '../environments/trusted-roots.ts';
import { PromoteError, throwAll } from '../errors.ts';
import type { Forge } from '../forges/forge.ts';
import type { Repository } from '../git/repository.ts';
import type { Candidate } from '../plan/candidates.ts';
import { UNPROVEN } from '../plan/check-branch.ts';
import { assemblePlan, EARLIER, formerDigest, type Plan } from '../plan/plan.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { Base } from '../plan/snapshot.ts';
import type { PlanBook } from '../proposals/decided.ts';
import { type Branches, observeBranches } from '../proposals/plain-branch.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import { keyId } from '../signing/public-key.ts';
import { withCommitRules } from './commit-rules.ts';
import type { Effects } from './effects.ts';
import { readPins } from './read-pins.ts';
import { withRecords } from './recorded-pins.ts';
import { remember } from './remember.ts';

/** One run on one environment: its request, its effects, and the commit that it observed. */
export interface Run {
  /** The effects with a memory, so that a run sees one state of the world. */
  readonly effects: Effects;
  readonly environments: Environments;
  readonly environment: Environment;
  readonly request: PromotionRequest;
  readonly base: Base;
  /** The environment's files at the base. */
  readonly files: PinnedFiles;
  /** The deployment repository in its present state, for writes and to notice changes. */
  readonly repository: Repository;
  /** Absent for direct commits, and on plain Git. */
  readonly forge: Forge | undefined;
  /** On plain Git the environment's branches, which are its proposals; read once, when first needed. */
  readonly branches: () => Promise<Branches>;
}

/**
 * Observes the requested environment once. `approval`: the gate that pull requests must satisfy. `next`: an
 * environment that is read soon. Throws `CONFIGURATION` if reviews are required without a forge.
 */
export async function beginRun(
  given: Effects,
  environments: Environments,
  request: PromotionRequest,
  wanted: { readonly approval?: ApprovalGate | undefined; readonly next?: Environment | undefined } = {},
): Promise<Run> {
  const environment = environmentNamed(environments, request.environment);
  throwAll(environment.name, unknownImages(environments, [...request.images.keys()]));
  const { effects, latest } = remember(given);
  const read = await readPins({ effects, environments, environment }, wanted.next);
  const at = { effects, environments: read.environments, environment };
  const files = { ...read, pins: await withRecords(at, read.pins) };
  const repository = withCommitRules(effects, await latest(environment.deployment), environment.commits);
  const forge = await openForge(effects, environment, wanted.approval);
  const base = { repository: files.repository.name, ...files.head };
  const { environments: whole } = files;
  const isPlain = forge === undefined && environment.commit === 'pull-request' && !request.repair;
  let observed: Promise<Branches> | undefined;
  const branches = () => {
    observed ??= isPlain ? observeBranches({ base, environment, repository }) : Promise.resolve(new Map());
    return observed;
  };
  const world = { base, files, repository, forge, branches };
  return { effects, environments: whole, environment, request, ...world };
}

/** The same run with another request for its environment. */
export function asking(run: Run, request: Partial<PromotionRequest>): Run {
  return { ...run, request: { ...run.request, ...request } };
}

/**
 * The forge of an environment's pull requests; `undefined` for direct commits and on plain Git. Throws `CONFIGURATION`
 * if reviews or comments are required and no forge can give them.
 */
export async function openForge(
  effects: Pick<Effects, 'forge'>,
  { commit, deployment, name }: Environment,
  approval: ApprovalGate | undefined,
): Promise<Forge | undefined> {
  const forge = commit === 'direct' ? undefined : await effects.forge?.(deployment);
  const subject = `environments.${name}.gates.approval: approval by ${approval?.by}`;
  if (forge === undefined && isOnPullRequest(approval)) {
    throw new PromoteError(
      'CONFIGURATION',
      `${subject}, but its deployment repository has no pull requests`,
      {
        hint: 'set the token of its forge, name the forge in deployments.forge, or write `by: stated`',
      },
    );
  }
  if (approval?.by === 'comment' && forge?.approvalComments === undefined) {
    throw new PromoteError('CONFIGURATION', `${subject}, but ${UNPROVEN}`, { hint: 'write `by: review`' });
  }
  return forge;
}

/**
 * Names the plans of one kind in a run's environment, by the public keys and trusted roots that govern it.
 * Throws `KEY` or `NOT_FOUND` if one cannot be read.
 */
export async function readPlanBook(
  { effects, environments, environment, base }: Run,
  kind: Plan['kind'] = 'promotion',
): Promise<PlanBook> {
  const ids = publicKeysOf(environment).map(async key => {
    const signer = { kind: 'key', key } as const;
    const { signers } = await effects.trust({ signer, images: [], children: false });
    return signers.flatMap(known => (known.kind === 'key' ? [[key, keyId(known.key)] as const] : []));
  });
  const roots = trustedRootsOf(environment).map(async path => {
    const digest = await effects.rootDigest?.(path);
    return digest === undefined ? [] : [[path, digest] as const];
  });
  const keys = new Map((await Promise.all(ids)).flat());
  const all = new Map([...keys, ...(await Promise.all(roots)).flat()]);
  const planBy = (known: KeyIds, group: string, members: readonly Candidate[]) => {
    const policy = policyHash(environment, known, group);
    const imagePolicy = (image: string) => imagePolicyHash(environments, environment, known, image);
    return assemblePlan({ kind, base, environment, group, policy, imagePolicy, members });
  };
  return {
    planOf: (group: string, members: readonly Candidate[]) => {
      const plan = planBy(all, group, members);
      // Earlier versions hashed the path of a trusted root instead of its content.
      const { digest: earlier } = planBy(keys, group, members);
      return earlier === plan.digest ? plan : { ...plan, [EARLIER]: earlier };
    },
    formerDigest: plan => formerDigest(plan, base, formerPolicyHash(environments, environment, keys)),
  };
}
