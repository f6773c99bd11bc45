import { refreshImages } from '../../../src/commands/refresh/refresh.ts';
import type { Environments } from '../../../src/environments/environments.ts';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { openGitRepository } from '../../../src/git/open.ts';
import { createHttp } from '../../../src/http/http.ts';
import { PullLimits } from '../../../src/registry/remote/pull-limits.ts';
import { openRemote } from '../../../src/registry/remote/remote.ts';
import type { RefreshResult } from '../../../src/reports/refresh.ts';
import type { Effects } from '../../../src/run/effects.ts';
import type { BaseWorld } from './base-world.ts';

/** What a run differs in from the defaults. */
interface Running extends Partial<Pick<Effects, 'now' | 'trust' | 'builds'>> {
  readonly forge?: Awaited<ReturnType<NonNullable<Effects['forge']>>>;
}

/** Refreshes the world's files as the command does, with another clock, forge or trust. */
export async function runRefresh(world: BaseWorld, running: Running = {}) {
  return await withWorld(world, running, (effects, environments) =>
    refreshImages(effects, environments, { paths: [], writes: true }),
  );
}

/** Works with the world's registry, files and environments file, as a command does. */
export async function withWorld<T>(
  world: BaseWorld,
  { forge, ...different }: Running,
  work: (effects: Effects, environments: Environments) => Promise<T>,
): Promise<T> {
  const unasked = async () => {
    throw new Error('not expected');
  };
  const http = createHttp();
  const pullLimits = new PullLimits();
  const repository = await openGitRepository({
    location: { kind: 'checkout', directory: world.repository },
    author: { name: 'bot', email: 'bot@example.com' },
    env: world.env,
    executable: undefined,
    credentials: async () => undefined,
    signal: new AbortController().signal,
  });
  try {
    const effects: Effects = {
      store: openRemote({ http, credentials: async () => undefined, pullLimits }),
      pullLimits,
      repository: async () => repository,
      forge: async () => forge,
      signing: unasked,
      trust: unasked,
      now: () => new Date(),
      progress: () => undefined,
      log: () => undefined,
      ...different,
    };
    const environments = parseEnvironments(await world.read('environments.yaml'), 'environments.yaml');
    return await work(effects, environments);
  } finally {
    await repository.close();
    await http.close();
  }
}

/** What became of each group. */
export function outcomes(results: readonly RefreshResult[]): readonly string[] {
  return results.flatMap(({ groups }) => groups.map(({ outcome }) => outcome.kind));
}
