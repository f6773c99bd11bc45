import type { Environments } from '../../environments/environments.ts';
import { formatReference } from '../../oci/reference.ts';
import { referenceIn } from '../../plan/refresh/reference-target.ts';
import { planRefresh } from '../../plan/refresh/refresh-plan.ts';
import type { Resolution } from '../../plan/refresh/resolution.ts';
import type { RefreshResult } from '../../reports/refresh.ts';
import type { Effects } from '../effects.ts';
import { inParallel } from './in-parallel.ts';
import { proposeGroups } from './propose-groups.ts';
import { createQuestions } from './questions.ts';
import { type RefreshPlace, readPlaces } from './read-places.ts';
import { rememberYoung } from './remember-young.ts';
import { requireSignature } from './require-signature.ts';
import { type Resolving, resolveReference } from './resolve.ts';
import { requireRefresh } from './settings.ts';
import { createSightings } from './sightings.ts';

/** What the caller asks for. */
export interface RefreshRequest {
  /** Files, directories or globs; empty: all. */
  readonly paths: readonly string[];
  /** Whether branches and pull requests are written; else it is only said what would be. */
  readonly writes: boolean;
}

/**
 * Finds base and third-party images, asks their registries, and opens one pull request a group, as far as the limit of
 * open ones goes. A run over an unchanged world writes nothing.
 */
export async function refreshImages(
  effects: Effects,
  environments: Environments,
  { paths, writes }: RefreshRequest,
): Promise<readonly RefreshResult[]> {
  const refresh = requireRefresh(environments);
  const questions = createQuestions(effects);
  const results: RefreshResult[] = [];
  for (const place of await readPlaces(effects, environments, refresh, paths)) {
    const { repository, head, sites, unreadable, deployment } = place;
    const base = { repository: repository.name, branch: head.branch };
    const forge = await effects.forge?.(deployment);
    const sightings = createSightings(refresh, place, forge);
    const now = effects.now();
    const resolving = { refresh, questions, sightings, now };
    const resolutions = await resolveAll(effects, resolving, place);
    const plan = planRefresh({ refresh, base, sites, resolutions, now });
    const proposing = { effects, environments, refresh, place, forge };
    const isWhole = paths.length === 0 && unreadable.length === 0;
    const proposed = await proposeGroups(proposing, plan, { questions, writes, isWhole });
    const isAnswered = [...resolutions.values()].every(({ kind }) => kind !== 'failed' && kind !== 'waiting');
    if (writes) await rememberYoung(proposing, plan.aging, isWhole && isAnswered);
    const left = [...plan.left, ...unreadable];
    const { current } = plan;
    results.push({ repository: base.repository, commit: head.commit, ...proposed, left, current });
  }
  return results;
}

async function resolveAll(
  effects: Effects,
  resolving: Resolving,
  { sites }: RefreshPlace,
): Promise<ReadonlyMap<string, Resolution>> {
  const references = sites.flatMap(site => (site.kind === 'explained' ? [] : [referenceIn(site.pin)]));
  const distinct = new Map(references.map(reference => [formatReference(reference), reference]));
  const resolved = await inParallel([...distinct], async ([key, reference]) => {
    const resolution = await resolveReference(resolving, reference);
    return [key, await requireSignature(effects, resolving, resolution)] as const;
  });
  return new Map(resolved);
}
