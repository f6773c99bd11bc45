import type { Environment } from '../environments/environments.ts';
import type { SoakCluster } from '../environments/gates/soak.ts';
import type { SoakFact } from '../gates/facts.ts';
import type { CheckFinding } from '../gates/judge-checks.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Run } from '../run/run.ts';

/** Begins a soak no earlier than the cluster runs the digest; until then nothing soaks. */
export async function soakBegins(
  run: Pick<Run, 'effects' | 'environments'>,
  source: Environment,
  cluster: SoakCluster,
): Promise<(candidate: Pick<Candidate, 'image' | 'digest'>, pinned: Date) => Promise<SoakFact>> {
  const { rolloutReader } = await import('./checks/rollout.ts');
  const read = rolloutReader(run, source);
  return async (candidate, pinned) => {
    const found = await read(cluster, candidate);
    const { started = [] } = found;
    if (started.length > 0) {
      const since = Math.max(Math.min(...started), pinned.getTime());
      return { kind: 'pinned', since: new Date(since), isRunning: true };
    }
    const why = 'reason' in found ? found.reason : `the rollout in ${source.name} ${wordOf(found)}`;
    const hint = 'hint' in found ? found.hint : 'the first run after every container runs it continues';
    return { kind: 'unknown', reason: `it soaks only once it runs: ${why}`, hint };
  };
}

function wordOf(found: Exclude<CheckFinding, { readonly reason: string }>): string {
  const said = found.said === undefined ? '' : `: ${found.said}`;
  return found.kind === 'passed' ? 'does not say since when it runs' : `is ${found.kind}${said}`;
}
