import canonicalize from 'canonicalize';
import type { Refresh } from '../../environments/environments.ts';
import { refreshGroup, shortName } from '../../environments/refresh.ts';
import { type Digest, digestOf, hexOf, shortDigest } from '../../oci/digest.ts';
import { formatReference } from '../../oci/reference.ts';
import { rewritten } from '../../pins/site/rewrite.ts';
import type { ExplainedSite, NamedSite } from '../../pins/site/site.ts';
import { type Decision, namePlan, type Promotion } from '../plan.ts';
import { refusalOf, targetFor } from './reference-target.ts';
import type { ImageUpdate, Resolution } from './resolution.ts';

/** A reference that a file names, or a place that is left alone. */
export type RefreshSite = NamedSite | ExplainedSite;

/** A reference that changes. */
interface RefreshMember {
  readonly site: NamedSite;
  readonly update: ImageUpdate;
}

/** References that are changed by one pull request. */
export interface RefreshGroup {
  readonly name: string;
  readonly members: readonly RefreshMember[];
  readonly plan: RefreshDecision;
  /**
   * Marks of the new images. After a person closed a pull request with the same marks, no other is opened.
   */
  readonly images: readonly string[];
}

/** The decision on one group, and its digest. */
type RefreshDecision = Omit<Decision, 'kind' | 'promotions'> & {
  readonly kind: 'refresh';
  readonly promotions: readonly Omit<Promotion, 'policy'>[];
  readonly digest: Digest;
};

/** A reference that stays as it is, and why. */
export interface LeftReference {
  readonly file: string;
  readonly line: number;
  readonly written: string;
  readonly why:
    | 'ignored'
    | 'internal'
    | 'unresolved'
    | 'unreadable'
    | 'left'
    | 'waiting'
    | 'unsigned'
    | 'failed';
  readonly reason: string;
}

/** The plan for all references. */
export interface RefreshPlan {
  readonly groups: readonly RefreshGroup[];
  readonly left: readonly LeftReference[];
  /** Groups of references that could not be checked this time, or may be moved later. */
  readonly unsettled: ReadonlySet<string>;
  /** The images that are too young now, or were; absent: none. */
  readonly aging?: RefreshGroup;
  /** How many references are up to date. */
  readonly current: number;
}

/** Groups the changes, and says why the other references stay. */
export function planRefresh(input: {
  readonly refresh: Refresh;
  readonly base: { readonly repository: string; readonly branch: string };
  readonly sites: readonly RefreshSite[];
  /** By formatted reference. */
  readonly resolutions: ReadonlyMap<string, Resolution>;
  readonly now: Date;
}): RefreshPlan {
  const { refresh, base, sites, resolutions, now } = input;
  const members: RefreshMember[] = [];
  const left: LeftReference[] = [];
  const unsettled = new Set<string>();
  let current = 0;
  for (const site of sites) {
    if (site.kind === 'explained') {
      const { file, line, written } = site;
      left.push({ file, line, written, why: site.why, reason: site.reason });
      continue;
    }
    const { pin, written } = site;
    const { file, line } = pin;
    const resolution = resolutions.get(formatReference(pin)) ?? UNASKED;
    if (resolution.kind === 'update') {
      const target = targetFor(site, resolution.target);
      const refusal = refusalOf(site, target);
      if (refusal === undefined) members.push({ site, update: { ...resolution, target } });
      else left.push({ file, line, written, why: 'left', reason: refusal });
    } else if (resolution.kind === 'current') current += 1;
    else {
      left.push({ file, line, written, why: resolution.kind, reason: resolution.reason });
      if (resolution.kind !== 'left') unsettled.add(refreshGroup(refresh, pin.repository));
    }
  }
  const isYoung = ({ update }: RefreshMember) => (oldEnoughAt(refresh, update) ?? now) > now;
  const [due, young] = [members.filter(member => !isYoung(member)), members.filter(isYoung)];
  for (const { site } of young) unsettled.add(refreshGroup(refresh, site.pin.repository));
  const aging = members.filter(({ update }) => update.seen !== undefined);
  const byGroup = Map.groupBy(due, ({ site }) => refreshGroup(refresh, site.pin.repository));
  const groups = [...byGroup].map(([name, of]) => groupOf(name, of, refresh, base));
  return {
    groups: groups.sort((a, b) => (a.name < b.name ? -1 : 1)),
    left: [...left, ...young.map(member => waitingReference(refresh, member))],
    unsettled,
    current,
    ...(aging.length === 0 ? {} : { aging: groupOf('young', aging, refresh, base) }),
  };
}

function waitingReference(refresh: Refresh, { site, update }: RefreshMember): LeftReference {
  const { file, line } = site.pin;
  const { written } = site;
  const until = oldEnoughAt(refresh, update)?.toISOString();
  const reason = `${update.tag} at ${shortDigest(update.digest)} is old enough at ${until}`;
  return { file, line, written, why: 'waiting', reason };
}

/** When an image will be old enough, if it is not. */
function oldEnoughAt({ minimumAge }: Refresh, { seen }: ImageUpdate): Date | undefined {
  return seen && new Date(Date.parse(seen.since) + minimumAge);
}

const UNASKED: Resolution = { kind: 'failed', reason: 'its registry was not asked' };

function groupOf(
  name: string,
  members: readonly RefreshMember[],
  refresh: Refresh,
  { repository, branch }: { readonly repository: string; readonly branch: string },
): RefreshGroup {
  const byImage = Map.groupBy(members, ({ update }) => `${shortName(update.repository)}@${update.digest}`);
  const promotions = [...byImage].flatMap(([, of]) => {
    const [first] = of;
    if (first === undefined) return [];
    const { repository: from, digest } = first.update;
    const edits = of.map(({ site, update: { target } }) => {
      const { file, locator } = site.pin;
      const { written } = site;
      return { file, locator, old: written, new: rewritten(written, target) };
    });
    return [
      {
        image: shortName(from),
        source: formatReference({ repository: from, digest }),
        digest,
        targets: [],
        edits: edits.toSorted(by(({ file, locator }) => `${file}\n${locator}`)),
      },
    ];
  });
  const decision = {
    kind: 'refresh',
    repository,
    branch,
    environment: 'refresh',
    group: name,
    policy: refreshPolicy(refresh),
    promotions: promotions.toSorted(by(({ source }) => source)),
  } as const;
  const images = new Set(members.map(({ update }) => imageMark(update)));
  return { name, members, plan: namePlan(decision), images: [...images].sort() };
}

/** SHA-256 over the settings that decide which images are moved to. */
export function refreshPolicy({ update, pin, minimumAge, registries, signature }: Refresh): Digest {
  return digestOf(`${canonicalize({ update, pin, minimumAge, registries, signature })}`);
}

const MARK_LENGTH = 16;

/** The mark of an image in a pull request's body. */
export function imageMark({
  repository,
  tag,
  digest,
}: Pick<ImageUpdate, 'repository' | 'tag' | 'digest'>): string {
  return hexOf(digestOf(`${repository}:${tag}@${digest}`)).slice(0, MARK_LENGTH);
}

function by<T>(key: (value: T) => string): (left: T, right: T) => number {
  return (left, right) => (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0);
}
