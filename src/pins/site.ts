import type { Pin } from './pin.ts';
import { locatorOf, type Spot } from './spot.ts';
import type { YamlMap, YamlScalar } from './tree.ts';

/** A pin and the scalars that hold its parts. */
export type Site = ReferenceSite | ValuesSite | EntrySite | RuleSite;

/** A whole reference in one scalar: a container's image. */
export interface ReferenceSite {
  readonly kind: 'reference';
  readonly pin: Pin;
  /** The repository as the file writes it. */
  readonly repositoryText: string;
  readonly reference: Spot<YamlScalar>;
}

/** A mapping of Helm values. */
export interface ValuesSite extends TagAndDigest {
  readonly kind: 'values';
  readonly pin: Pin;
  /** The repository as the file writes it, with the registry before it. */
  readonly repositoryText: string;
  readonly registry: Spot<YamlScalar> | undefined;
  readonly repository: Spot<YamlScalar>;
}

/** An entry of a kustomization's `images`. */
export interface EntrySite extends TagAndDigest {
  readonly kind: 'entry';
  readonly pin: Pin;
  /** The repository as the file writes it. */
  readonly repositoryText: string;
  readonly entry: Spot<YamlMap>;
  readonly name: Spot<YamlScalar>;
  readonly newName: Spot<YamlScalar> | undefined;
}

/** A tag, a digest or both that `pins` rules point at, in a file that does not name the repository. */
export interface RuleSite extends TagAndDigest {
  readonly kind: 'rule';
  readonly pin: Pin;
  readonly repositoryText: '';
}

/** Where a pin's tag and digest stand; without a scalar for the digest, the tag's takes both. */
export interface TagAndDigest {
  readonly tag: Spot<YamlScalar> | undefined;
  readonly digest: Spot<YamlScalar> | undefined;
}

/** A pin that stands at a spot, and whose line is where its first edited scalar begins. */
export function pinAt(
  spot: Spot,
  scalar: Spot<YamlScalar>,
  parts: Omit<Pin, 'file' | 'locator' | 'line'>,
): Pin {
  const { file, lines } = spot.source;
  return { file, locator: locatorOf(spot), line: lines.linePos(scalar.node.start).line, ...parts };
}

/** The scalars that the pin was read from. */
export function scalarsOf(site: Site): readonly Spot<YamlScalar>[] {
  return candidates(site).filter(scalar => scalar !== undefined);
}

function candidates(site: Site): readonly (Spot<YamlScalar> | undefined)[] {
  switch (site.kind) {
    case 'reference':
      return [site.reference];
    case 'values':
      return [site.registry, site.repository, site.tag, site.digest];
    case 'entry':
      return [site.name, site.newName, site.tag, site.digest];
    case 'rule':
      return [site.tag, site.digest];
  }
}
