import type { Environment } from '../../environments/environments.ts';
import type { CheckSource } from '../../environments/gates/checks.ts';
import { type ErrorCode, PromoteError } from '../../errors.ts';
import type { CheckFinding } from '../../gates/judge-checks.ts';
import { shortDigest } from '../../oci/digest.ts';
import type { Candidate } from '../../plan/candidates.ts';
import type { JudgedContainer } from '../../plan/running/judge.ts';
import { readPods } from '../../plan/running/pods.ts';
import type { Running } from '../../reports/running.ts';
import type { Run } from '../../run/run.ts';
import { findRunning } from '../running/find-running.ts';

type Cluster = Extract<CheckSource, { readonly kind: 'running' }>;

/** A rollout. `started`: since when each of its containers has run without a break, if it passed. */
type Rollout = CheckFinding & { readonly started?: readonly number[] };

/** Reads the rollout of an image in a cluster. */
export type RolloutReader = (
  cluster: Pick<Cluster, 'context' | 'namespaces'>,
  candidate: Pick<Candidate, 'image' | 'digest'>,
) => Promise<Rollout>;

/**
 * Reads whether the containers of an image run what the environment before pins. Each cluster is asked once for
 * all images.
 */
export function rolloutReader(
  { effects, environments }: Pick<Run, 'effects' | 'environments'>,
  source: Environment,
): RolloutReader {
  const read = new Map<string, Promise<Running | CheckFinding>>();
  const readOne = async ({
    context,
    namespaces,
  }: Pick<Cluster, 'context' | 'namespaces'>): Promise<Running | CheckFinding> => {
    if (effects.pods === undefined) return { kind: 'unknown', reason: 'no cluster is asked here' };
    try {
      const listed = await effects.pods({ context, namespaces });
      const list = readPods(listed.text, listed.name, namespaces);
      return await findRunning(effects, environments, source, list);
    } catch (error) {
      if (!(error instanceof PromoteError)) throw error;
      const { code, message, hint } = error;
      if (PASSING.includes(code))
        return { kind: 'unknown', reason: hint === undefined ? message : `${message} (${hint})` };
      const isOwn = code === 'CONFIGURATION' || code === 'USAGE';
      const named = `have KUBECONFIG name the cluster of ${source.name}, and \`context\` one of its contexts`;
      return { kind: 'unreadable', reason: message, hint: isOwn || hint === undefined ? named : hint };
    }
  };
  return async (cluster, candidate) => {
    const key = JSON.stringify([cluster.context, cluster.namespaces]);
    const reading = read.get(key) ?? readOne(cluster);
    read.set(key, reading);
    const found = await reading;
    return 'kind' in found ? found : judgeRollout(found, candidate);
  };
}

/** Failures that may end by themselves. */
const PASSING: readonly ErrorCode[] = ['UNREACHABLE', 'REGISTRY'];

/**
 * Compares the containers of an image with the digest that is promoted. A digest that no change pinned is a
 * failed rollout. If something could not be read, it may have pinned that digest, so nothing is known.
 */
function judgeRollout(
  { images, list, failures, lookBack }: Running,
  { image, digest }: Pick<Candidate, 'image' | 'digest'>,
): Rollout {
  const [empty] = list.empty;
  if (empty !== undefined) return { kind: 'absent', said: `the namespace ${empty} has no pod` };
  const containers = images.find(one => one.image === image)?.containers ?? [];
  if (containers.length === 0) return { kind: 'absent', said: 'no container asks for the image' };
  const strange = containers.filter(({ state }) => state === 'never-promoted');
  const [failure] = failures;
  if (strange.length > 0 && failure !== undefined) return { kind: 'unknown', reason: failure.message };
  if (strange.length > 0) {
    const said = `${saidOf(strange, containers.length)}, which none of the last ${lookBack} changes pinned`;
    return { kind: 'failed', said };
  }
  const left = containers.filter(one => one.state !== 'rolled-out' || one.digest !== digest);
  if (left.length > 0) return { kind: 'pending', said: saidOf(left, containers.length) };
  const started = containers.flatMap(({ startedAt }) => startedAt ?? []);
  return { kind: 'passed', said: `in ${counted(containers.length)}`, started };
}

function saidOf(containers: readonly JudgedContainer[], all: number): string {
  const [first] = containers;
  const runs = first?.digest === undefined ? '' : ` with ${shortDigest(first.digest)}`;
  const waits = first?.waiting === undefined ? '' : ` (${first.waiting})`;
  return `in ${containers.length} of ${counted(all)}, such as ${first?.pod} (${first?.container})${runs}${waits}`;
}

function counted(containers: number): string {
  return `${containers} container${containers === 1 ? '' : 's'}`;
}
