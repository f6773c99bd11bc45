import { type Fields, fields } from './request.ts';
import { branchHead, isAncestor, type World } from './world.ts';

/** A required status that stands against a merge, in GitHub's words. */
export interface Unmet {
  readonly context: string;
  readonly state: 'expected' | 'pending' | 'failing';
}

const PASSED = ['success', 'neutral', 'skipped'];

/**
 * What of the required statuses a commit lacks. A status counts under its context and a check run under its job's name;
 * where both are there both have to pass, and a skipped job has passed. A rule may name the App, and a person's token is
 * none. https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks
 */
export function unmetStatuses(world: World, sha: string): readonly Unmet[] {
  return world.required.flatMap(({ context, integration_id: app }): readonly Unmet[] => {
    const isFrom = (given: Fields) => app === undefined || given.app === app;
    const status = world.statuses.find(one => one.sha === sha && one.context === context);
    const run = world.checkRuns.find(one => one.sha === sha && one.name === context);
    const states = [
      ...(status && isFrom(status) ? [String(status.state)] : []),
      ...(run && isFrom(run) ? [String(run.conclusion ?? 'pending')] : []),
    ];
    if (states.length === 0) return [{ context, state: 'expected' }];
    if (states.every(state => PASSED.includes(state))) return [];
    return [{ context, state: states.includes('pending') ? 'pending' : 'failing' }];
  });
}

/** Whether a pull request lacks commits of its base. */
export async function isBehind(world: World, pull: Fields, head: string): Promise<boolean> {
  const base = await branchHead(world, String(fields(pull.base).ref));
  return base !== undefined && !(await isAncestor(world, base, head));
}
