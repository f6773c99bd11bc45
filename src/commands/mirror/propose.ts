import type { Environments, Refresh } from '../../environments/environments.ts';
import type { Mirror } from '../../environments/mirrors.ts';
import { acceptedSigners } from '../../environments/refresh.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import { formatReference, pathOf } from '../../oci/reference.ts';
import { readReference } from '../../pins/site/reference.ts';
import type { NamedSite } from '../../pins/site/site.ts';
import { referenceIn } from '../../plan/refresh/reference-target.ts';
import { planRefresh, type RefreshSite } from '../../plan/refresh/refresh-plan.ts';
import type { Resolution } from '../../plan/refresh/resolution.ts';
import { checkClosure } from '../../registry/copy/check-closure.ts';
import { isCarried, type MirroredTag, type MirrorResult } from '../../reports/mirror.ts';
import type { RefreshResult } from '../../reports/refresh.ts';
import type { Effects } from '../../run/effects.ts';
import { createQuestions, type Questions } from '../refresh/questions.ts';
import { readPlaces } from '../refresh/read-places.ts';
import { proposeGroups } from '../refresh/refresh.ts';
import { inParallel } from '../refresh/refresh-run.ts';
import { verifySignature } from './verify-signature.ts';

/** Opens or updates one pull request for each mirror with `pins`, which lets files name its copies by digest. */
export async function proposeMirrored(
  effects: Effects,
  environments: Environments,
  results: readonly MirrorResult[],
  { writes, isWhole }: { readonly writes: boolean; readonly isWhole: boolean },
): Promise<readonly RefreshResult[]> {
  const wanted = results.filter(({ mirror }) => mirror.pins);
  const { mirrorProposals: settings } = environments;
  if (wanted.length === 0 || settings === undefined) return [];
  const refresh = settingsFor(settings, wanted);
  const questions = createQuestions(effects);
  const proposed: RefreshResult[] = [];
  for (const place of await readPlaces(effects, environments, refresh, [], 'mirror')) {
    const { repository, head, unreadable, deployment } = place;
    const sites = place.sites.filter(site => wanted.some(({ mirror }) => concerns(site, mirror)));
    const base = { repository: repository.name, branch: head.branch };
    const forge = await effects.forge?.(deployment);
    const named = sites.flatMap(site => (site.kind === 'explained' ? [] : [site]));
    const distinct = new Map(named.map(site => [formatReference(referenceIn(site.pin)), site]));
    const resolutions = new Map(
      await inParallel([...distinct], async ([key, site]) => [
        key,
        await resolveMirrored({ effects, questions, writes }, wanted, site),
      ]),
    );
    const plan = planRefresh({ refresh, base, sites, resolutions, now: effects.now() });
    const { current, left } = plan;
    const done = await proposeGroups({ effects, environments, refresh, place, forge }, plan, {
      questions,
      writes,
      isWhole: unreadable.length === 0,
      only: isWhole ? undefined : new Set(wanted.map(({ mirror }) => mirror.name)),
    });
    const { name } = repository;
    proposed.push({
      repository: name,
      commit: head.commit,
      ...done,
      left: [...left, ...unreadable],
      current,
    });
  }
  return proposed;
}

/** What `refresh` says of files and pull requests, with one group for each mirror. */
function settingsFor(settings: Refresh, wanted: readonly MirrorResult[]): Refresh {
  return {
    ...settings,
    groups: Object.fromEntries(wanted.map(({ mirror }) => [mirror.name, [mirror.from]])),
    registries: [],
    signature: wanted.flatMap(({ mirror }) =>
      acceptedSigners(mirror, mirror.from).map(signer => ({ ...signer, images: [mirror.to] })),
    ),
    schedule: [],
    minimumAge: 0,
    pin: true,
  };
}

/** Whether a place names a mirror's origin, or seems to without being understood. */
function concerns(site: RefreshSite, { from }: Mirror): boolean {
  if (site.kind !== 'explained') return site.pin.repository === from;
  return readReference(site.written)?.repository === from || site.written.includes(pathOf(from));
}

/** What a reference to an origin becomes. Its digest stays if it has one, and else is that of the copy. */
async function resolveMirrored(
  resolving: Resolving,
  results: readonly MirrorResult[],
  { pin }: NamedSite,
): Promise<Resolution> {
  const found = results.find(({ mirror }) => mirror.from === pin.repository);
  if (found === undefined) return { kind: 'current' };
  const { mirror, tags, unlisted } = found;
  const own = pin.tag ?? (pin.digest === undefined ? 'latest' : undefined);
  const mirrored = tags.find(({ tag }) => tag === own);
  const unknown = isUnanswered(mirrored) ? mirrored : mirrored === undefined ? unlisted : undefined;
  // Until all is known, an open pull request stays as it is.
  if (unknown !== undefined) return { kind: unknown.kind, reason: unknown.reason ?? 'not asked' };
  const isAsAtOrigin = mirrored?.kind === 'current' || (mirrored && isCarried(mirrored.kind));
  const digest = pin.digest ?? (isAsAtOrigin ? mirrored.digest : undefined);
  if (digest === undefined) return { kind: 'left', reason: whyNot(mirror, own ?? '', mirrored) };
  const isPlanned = !resolving.writes && mirrored?.digest === digest && isCarried(mirrored.kind);
  const refusal = isPlanned ? undefined : await refuse(resolving, mirror, digest);
  if (refusal !== undefined) return refusal;
  return updateTo(mirror, pin, { tag: own, digest });
}

function updateTo(
  { to: repository }: Mirror,
  pin: NamedSite['pin'],
  { tag, digest }: { readonly tag: string | undefined; readonly digest: Digest },
): Resolution {
  return {
    kind: 'update',
    repository,
    from: { ...(pin.tag && { tag: pin.tag }), ...(pin.digest && { digest: pin.digest }) },
    tag: tag ?? shortDigest(digest),
    digest,
    target: { repository, ...(tag && { tag }), digest },
  };
}

interface Resolving {
  readonly effects: Effects;
  readonly questions: Questions;
  readonly writes: boolean;
}

function isUnanswered(
  mirrored: MirroredTag | undefined,
): mirrored is MirroredTag & { readonly kind: 'failed' | 'waiting' } {
  return mirrored?.kind === 'failed' || mirrored?.kind === 'waiting';
}

function whyNot({ name }: Mirror, tag: string, mirrored: MirroredTag | undefined): string {
  if (mirrored === undefined) return `the mirror ${name} does not keep the tag ${tag}`;
  if (mirrored.kind === 'unsigned') return `${tag} is not signed: ${mirrored.reason}`;
  return `the tag ${tag} of the mirror ${name} is not what its origin has`;
}

/** Why files may not name a copy: a part of it or a required signature is missing at the mirror. */
async function refuse(
  { effects, questions }: Resolving,
  mirror: Mirror,
  digest: Digest,
): Promise<Resolution | undefined> {
  const { to, name } = mirror;
  const lacks = await questions.attempt(
    to,
    async () => (await checkClosure(effects.store(to), digest)).lacks,
  );
  if ('reason' in lacks) return lacks;
  if (lacks.length > 0) {
    return { kind: 'left', reason: `the mirror ${name} has no complete copy of ${shortDigest(digest)}` };
  }
  const signed = await verifySignature({ effects, questions }, mirror, { repository: to, digest });
  return signed.kind === 'signed' ? undefined : signed;
}
