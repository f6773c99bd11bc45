import type { Environment, Environments } from '../environments/environments.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { NewDeployment } from '../forges/deployments.ts';
import type { Repository } from '../git/repository.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import type { GroupResult } from '../reports/apply.ts';
import { contain } from './contain.ts';
import type { Effects } from './effects.ts';
import { observeHead, readPins } from './read-pins.ts';

/** A run whose result is recorded at the forge. */
export interface Recording {
  readonly effects: Pick<Effects, 'repository' | 'deployments' | 'log'>;
  readonly environments: Environments;
  /** The environment that the run may change. */
  readonly name: string;
  /** The page of the run. */
  readonly run: string | undefined;
}

/** The commit that a run observed, and its results. */
export interface Ended {
  /** The commit that it observed. */
  readonly commit: string;
  readonly results: readonly GroupResult[];
}

/** Records at the forge what an environment pins, if it is new. Throws `NOT_FOUND` without such a forge. */
export async function recordPinned(
  { effects, environments, run }: Recording,
  environment: Environment,
  link: string | undefined,
  { commit: observed, results }: Ended,
): Promise<void> {
  const deployments = await effects.deployments?.(environment.deployment);
  if (deployments === undefined) {
    throw new PromoteError(
      'NOT_FOUND',
      'its repository is on no forge that keeps deployments, or has no token',
      {
        hint: 'set the token of GitHub or GitLab, or take `record` out of `deployments`',
      },
    );
  }
  const newest = await deployments.latest(environment.name, link);
  const repository = await effects.repository(environment.deployment);
  const hasMoved = results.some(({ done, pins }) =>
    ['committed', 'merged'].includes((done?.pins ?? pins)?.kind ?? ''),
  );
  const isLinked = link === undefined || newest?.link === link;
  if (
    newest?.isWhole &&
    isLinked &&
    !hasMoved &&
    (await isSame(repository, environment, newest.commit, observed))
  )
    return;
  const { head } = hasMoved ? await observeHead(effects, environment) : { head: { commit: observed } };
  const isThere = newest !== undefined && (await isSame(repository, environment, newest.commit, head.commit));
  if (newest?.isWhole && isLinked && isThere) return;
  const { head: read, pins } = await readPins({ effects, environments, environment });
  const commit = isThere ? newest.commit : read.commit;
  const made = {
    environment: environment.name,
    commit,
    branch: read.branch,
    images: imagesOf(pins),
    link,
    run,
  };
  await deployments.record(made, newest);
}

/** Whether an environment's files are equal at two commits; false if one can no longer be read. */
async function isSame(
  repository: Repository,
  environment: Environment,
  one: string,
  other: string,
): Promise<boolean> {
  if (one === other) return true;
  const before = await contain(() => filesAt(repository, environment, one));
  return before.kind === 'done' && before.value === (await filesAt(repository, environment, other));
}

async function filesAt(repository: Repository, environment: Environment, commit: string): Promise<string> {
  const entries = [...(await repository.tree(commit))].filter(([path]) => ownsFile(environment, path));
  return JSON.stringify(entries.map(([path, { mode, object }]) => [path, mode, object]).toSorted());
}

/** The pinned versions of each image, without duplicates. */
function imagesOf(pins: readonly ImagePin[]): NewDeployment['images'] {
  const found = new Map<string, NewDeployment['images'][number]>();
  for (const { image, pin, recorded: known, recordedTag } of pins) {
    const { tag = recordedTag, digest = known } = pin;
    found.set(`${image} ${tag} ${digest}`, { image, tag, digest });
  }
  return [...found.values()];
}
