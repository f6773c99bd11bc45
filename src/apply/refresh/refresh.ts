import type { Environments, Refresh } from '../../environments/environments.ts';
import { acceptedSigners } from '../../environments/refresh.ts';
import { isSigned, refusalOf } from '../../gates/signature.ts';
import { SIGNATURE_PULLS } from '../../images/signature.ts';
import { formatReference } from '../../oci/reference.ts';
import { referenceIn } from '../../plan/refresh/reference-target.ts';
import { planRefresh } from '../../plan/refresh/refresh-plan.ts';
import type { Resolution } from '../../plan/refresh/resolution.ts';
import type { RefreshResult } from '../../reports/refresh.ts';
import type { Effects } from '../effects.ts';
import { judgeImage } from '../judge-image.ts';
import { createFirstSeen, rememberYoung } from './first-seen.ts';
import { inParallel } from './in-parallel.ts';
import { proposeGroups } from './propose-groups.ts';
import type { Questions } from './questions.ts';
import { createQuestions } from './questions.ts';
import { type RefreshPlace, readPlaces } from './read-places.ts';
import { requireRefresh } from './refresh-run.ts';
import { type Resolving, resolveReference } from './resolve.ts';

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
    const run = { effects, environments, refresh, place, forge };
    const firstSeen = createFirstSeen(run);
    const now = effects.now();
    const resolving = { refresh, questions, firstSeen, now };
    const resolutions = await resolveAll(effects, resolving, place);
    const plan = planRefresh({ refresh, base, sites, resolutions, now });
    const isWhole = paths.length === 0 && unreadable.length === 0;
    const proposed = await proposeGroups(run, plan, { questions, writes, isWhole });
    const isAnswered = [...resolutions.values()].every(({ kind }) => kind !== 'failed' && kind !== 'waiting');
    if (writes) await rememberYoung(run, plan.aging, isWhole && isAnswered);
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

/** Lets an update pass only where one of those whose signature is asked of its repository has signed the image. */
async function requireSignature(
  effects: Effects,
  { refresh, questions }: { readonly refresh: Refresh; readonly questions: Questions },
  resolution: Resolution,
): Promise<Resolution> {
  if (resolution.kind !== 'update') return resolution;
  const accepted = acceptedSigners(refresh, resolution.repository);
  if (accepted.length === 0) return resolution;
  // A key that cannot be loaded is the file's fault, and no registry's.
  await Promise.all(accepted.map(effects.trust));
  const findings = await questions.attempt(
    resolution.repository,
    async () => await Promise.all(accepted.map(signer => judgeImage(effects, resolution, signer))),
    accepted.length * SIGNATURE_PULLS,
  );
  if ('kind' in findings) return findings;
  if (findings.some(isSigned)) return resolution;
  return { kind: 'unsigned', reason: findings.map(refusalOf).join('; ') };
}
