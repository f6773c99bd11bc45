import type { Environments } from '../../environments/environments.ts';
import { environmentNamed, imageNamed } from '../../environments/locate.ts';
import type { Rebuild } from '../../environments/rebuild.ts';
import { PromoteError } from '../../errors.ts';
import type { Builds } from '../../forges/builds.ts';
import { type BasedImage, buildMark, type NeededBuild, neededBuilds } from '../../plan/rebuild.ts';
import type { DeployedImage } from '../../reports/deployed.ts';
import type { ImageRebuild, RebuildOutcome, RebuildResult } from '../../reports/rebuild.ts';
import { contain } from '../../run/contain.ts';
import type { Effects } from '../../run/effects.ts';
import { baseStates, deployedBases } from '../refresh/deployed.ts';
import { type BaseStateOf, newestBuildOn } from './newest-build.ts';
import { type IsVulnerable, readVulnerable } from './vulnerable.ts';

/** Runs of the last 30 days count: an image that has no build on a base after that gets another one. */
const LOOK_BACK = 30 * 24 * 60 * 60 * 1000;

/** What is asked of a run. */
interface Asked {
  /** Empty: all environments. */
  readonly names: readonly string[];
  readonly writes: boolean;
  /** The most builds that are started. */
  readonly limit: number;
}

/** Starts builds of the pinned images whose base is superseded, and for which no build is known. */
export async function rebuildImages(
  effects: Effects,
  environments: Environments,
  asked: Asked,
): Promise<RebuildResult> {
  for (const name of asked.names) environmentNamed(environments, name);
  const rebuilt = new Set(environments.images.flatMap(({ name, rebuild }) => (rebuild ? [name] : [])));
  if (rebuilt.size === 0) throw unset();
  const isAsked = (name: string) => asked.names.length === 0 || asked.names.includes(name);
  const found = await deployedBases(effects, environments, undefined, (_, image) => rebuilt.has(image));
  const unknown = found.flatMap(({ environment, image, digest, standing }) =>
    standing.kind === 'unknown' && isAsked(environment)
      ? [{ environment, image, digest, reason: standing.reason }]
      : [],
  );
  const needed = neededBuilds(found.flatMap(basedImage), isAsked);
  const images = await startNeeded({ effects, environments, asked }, needed);
  return {
    images,
    unknown,
    current: found.filter(({ environment, standing }) => isAsked(environment) && standing.kind === 'current')
      .length,
    unpinned: [...rebuilt].filter(
      name => !found.some(({ environment, image }) => image === name && isAsked(environment)),
    ),
    without: environments.images.flatMap(({ name, rebuild }) => (rebuild ? [] : [name])),
  };
}

function unset(): PromoteError {
  return new PromoteError('CONFIGURATION', 'rebuild: no image has `rebuild`, so no build can be started', {
    hint: 'add `rebuild: { github: owner/repository, event: rebuild }` or `rebuild: { gitlab: group/project, ref: main }` to an image',
  });
}

function basedImage({ environment, image, tag, standing }: DeployedImage): readonly BasedImage[] {
  if (standing.kind === 'unknown') return [];
  const about = { environment, image, tag, base: standing.base };
  if (standing.kind === 'current') return [{ ...about, state: 'current' }];
  return [{ ...about, state: 'superseded', from: standing.from, to: standing.to }];
}

interface Starting {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly asked: Asked;
}

/** One image after the other, so that no more than the limit are started. */
async function startNeeded(at: Starting, needed: readonly NeededBuild[]): Promise<readonly ImageRebuild[]> {
  const { effects, environments, asked } = at;
  if (needed.length === 0) return [];
  const stateOf = await baseStates(effects, environments);
  const isVulnerable = await readVulnerable(effects, environments, needed);
  const open = openingOnce(effects);
  const images: ImageRebuild[] = [];
  let started = 0;
  for (const build of needed) {
    const { image, base, from, to, environments: names } = build;
    const { rebuild } = imageNamed(environments, image);
    const mayStart = asked.writes && started < asked.limit;
    const outcome =
      rebuild === undefined
        ? undefined
        : await outcomeOf(at, build, { rebuild, stateOf, isVulnerable, open, mayStart });
    if (outcome === undefined) continue;
    if (outcome.kind === 'started' || outcome.kind === 'unseen') started += 1;
    images.push({ image, base, from, to, environments: names, outcome });
  }
  return images;
}

interface Judging {
  readonly rebuild: Rebuild;
  readonly stateOf: BaseStateOf;
  readonly isVulnerable: IsVulnerable;
  readonly open: (rebuild: Rebuild) => Promise<Builds>;
  readonly mayStart: boolean;
}

async function outcomeOf(
  { effects, environments, asked }: Starting,
  build: NeededBuild,
  { rebuild, stateOf, isVulnerable, open, mayStart }: Judging,
): Promise<RebuildOutcome> {
  const { repository } = rebuild;
  const judged = await contain(async (): Promise<RebuildOutcome | undefined> => {
    if (build.pinnedIn !== undefined) return { kind: 'built', where: build.pinnedIn };
    if (rebuild.when === 'vulnerable' && !(await isVulnerable(build))) return { kind: 'sound' };
    const tag = await newestBuildOn(effects, environments, build, stateOf);
    if (tag !== undefined) return { kind: 'built', where: 'build', tag };
    const run = await (await open(rebuild)).find(buildMark(build));
    return run && { kind: run.state, url: run.url };
  });
  if (judged.kind === 'failed') return { kind: 'unknown', repository, error: judged.error };
  if (judged.value !== undefined) return judged.value;
  if (!asked.writes) return { kind: 'planned', repository };
  if (!mayStart) return { kind: 'postponed', repository };
  const { image, base, from, to } = build;
  const order = { mark: buildMark(build), image, base, from, to };
  const begun = await contain(async () => await (await open(rebuild)).start(order));
  if (begun.kind === 'failed') return { kind: 'refused', repository, error: begun.error };
  if (begun.value === undefined) return { kind: 'unseen', repository };
  return { kind: 'started', url: begun.value.url };
}

/** Opens each repository once, so that its runs are listed once. */
function openingOnce({ builds, now }: Effects): Judging['open'] {
  const opened = new Map<string, Promise<Builds>>();
  const since = new Date(now().getTime() - LOOK_BACK);
  return rebuild => {
    const key = JSON.stringify({ ...rebuild, when: undefined });
    const known = opened.get(key) ?? builds?.(rebuild, since);
    if (known === undefined) throw new PromoteError('FORBIDDEN', 'no build is started here');
    opened.set(key, known);
    return known;
  };
}
