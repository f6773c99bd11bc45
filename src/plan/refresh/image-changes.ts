import type { ImageFacts } from '../../images/facts.ts';
import type { Package } from '../../images/sbom.ts';

/** One package of the older image, the newer one, or both. */
export interface PackageChange {
  readonly name: string;
  /** Its versions, joined by commas where there are several; absent where the older image has none. */
  readonly from?: string;
  readonly to?: string;
}

/** The changes of an image's packages, each list in the order of names. */
export interface PackageChanges {
  readonly changed: readonly PackageChange[];
  readonly added: readonly PackageChange[];
  readonly removed: readonly PackageChange[];
}

/** Compares packages by type and name. */
export function packageChanges(before: readonly Package[], after: readonly Package[]): PackageChanges {
  const [old, now] = [versions(before), versions(after)];
  const all = [...new Set([...old.keys(), ...now.keys()])].sort().map((key): PackageChange => {
    const [from, to] = [old.get(key), now.get(key)];
    return {
      name: key.slice(key.indexOf(' ') + 1),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
  });
  return {
    changed: all.filter(({ from, to }) => from !== undefined && to !== undefined && from !== to),
    added: all.filter(({ from }) => from === undefined),
    removed: all.filter(({ to }) => to === undefined),
  };
}

/** Platforms that the older image has and the newer one has not, and the other way round. */
export function platformChanges(
  before: ImageFacts,
  after: ImageFacts,
): { readonly lost: readonly string[]; readonly gained: readonly string[] } {
  return {
    lost: before.platforms.filter(platform => !after.platforms.includes(platform)),
    gained: after.platforms.filter(platform => !before.platforms.includes(platform)),
  };
}

/** `packages: 3 changed, 1 added, 0 removed`. */
export function packageCounts({ changed, added, removed }: PackageChanges): string {
  return `packages: ${changed.length} changed, ${added.length} added, ${removed.length} removed`;
}

function versions(packages: readonly Package[]): ReadonlyMap<string, string> {
  const byName = Map.groupBy(packages, ({ type, name }) => `${type} ${name}`);
  return new Map(
    [...byName].map(([key, all]) => [key, [...new Set(all.map(({ version }) => version))].sort().join(', ')]),
  );
}
