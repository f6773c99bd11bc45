import type { RepositoryName } from '../../oci/reference.ts';
import type { FilePlace } from '../file-place.ts';
import type { Pin } from '../pin.ts';
import type { Traced } from '../text/traced.ts';
import { fileOffset, positionAt, type Spot } from '../yaml/source.ts';
import { locatorOf } from '../yaml/spot.ts';
import type { YamlMap, YamlScalar } from '../yaml/tree.ts';

/** One place in a file that names an image. */
export type Site = PinSite | ExplainedSite;

/** A pin and where its parts are written. */
export interface PinSite {
  readonly kind: 'pin';
  readonly pin: Pin;
  /** The reference as the file spells it, arguments and defaults filled in: `node:20-alpine`. */
  readonly written: string;
  /** The repository as the file writes it, with the registry before it; empty where none is written. */
  readonly repositoryText: string;
  readonly parts: Parts;
  /** Only its repository shows that it names an image, so it is a pin only if that repository is known. */
  readonly guessed?: true | undefined;
  /** The part of a shared file that contains it. */
  readonly place?: FilePlace | undefined;
  /** Why no edit may change it: the edit would change only one half of what decides the image. */
  readonly refusal?: Refusal | undefined;
}

/** Why a pin is left alone, where the reason is, and how to settle it. */
interface Refusal {
  readonly at: Spot<YamlScalar>;
  readonly message: string;
  readonly hint: string;
}

/** A pin whose file names the repository. */
export type NamedSite = PinSite & { readonly pin: Pin & { readonly repository: RepositoryName } };

/** A place that no edit may change, and why. */
export interface ExplainedSite {
  readonly kind: 'explained';
  readonly file: string;
  readonly locator: string;
  /** 1-based. */
  readonly line: number;
  readonly written: string;
  /** `ignored`: a comment beside it says so. `internal`: it does not name an image in a registry. */
  readonly why: 'ignored' | 'internal' | 'unresolved' | 'unreadable';
  readonly reason: string;
}

/** Where a pin's parts are written. */
export type Parts = WholeReference | TextReference | Keys | AddedEntry;

/** A whole reference in one YAML scalar: a container's image. */
export interface WholeReference {
  readonly kind: 'whole';
  readonly reference: Spot<YamlScalar>;
  /** The text before the reference in the scalar: `docker://`, or a name to replace and `=`. */
  readonly before?: string | undefined;
}

/** A whole reference in a text, perhaps composed of several places in it. */
export interface TextReference {
  readonly kind: 'text';
  readonly traced: Traced;
  /** Every line that it depends on. */
  readonly lines: readonly number[];
  /** Characters of build arguments that other references are composed of too. */
  readonly shared: ReadonlySet<number>;
  /** It takes a tag or a digest, not both, so no digest is added. */
  readonly tagOnly?: true | undefined;
  /** If there is no digest yet, the tag takes it: the tag is a variable's default, which may be replaced. */
  readonly digestInTag?: true | undefined;
}

/** An entry of a kustomization's `images` that is not there yet: an edit adds it. */
export interface AddedEntry {
  readonly kind: 'added';
  readonly root: Spot;
  /** The name that the entry selects. */
  readonly name: string;
}

/** The parts under keys of their own: of Helm values, of a kustomization's entry, or where rules point. */
export interface Keys extends TagAndDigest {
  readonly kind: 'keys';
  readonly registry?: Spot<YamlScalar> | undefined;
  /** The text before the registry, or before the repository where there is no registry: `oci://`. */
  readonly scheme?: string | undefined;
  /** Absent where the file names no repository, or a kustomization's entry has no `newName`. */
  readonly repository?: Spot<YamlScalar> | undefined;
  /** The entry of a kustomization's `images`, which takes new keys. */
  readonly entry?: Spot<YamlMap> | undefined;
  /** The name that selects the image in an entry; never edited. */
  readonly name?: Spot<YamlScalar> | undefined;
}

/** The scalars of a pin's tag and digest. Without a scalar for the digest, the tag's scalar takes both. */
export interface TagAndDigest {
  readonly tag?: Spot<YamlScalar> | undefined;
  readonly digest?: Spot<YamlScalar> | undefined;
}

/** A pin at a spot. Its line is where its first edited scalar begins. */
export function pinAt(
  spot: Spot,
  scalar: Spot<YamlScalar>,
  parts: Omit<Pin, 'file' | 'locator' | 'line'>,
): Pin {
  const { line } = positionAt(scalar.source, scalar.node.start);
  return { file: spot.source.file, locator: locatorOf(spot), line, ...parts };
}

/** The scalars that the pin was read from. */
export function scalarsOf({ parts }: PinSite): readonly Spot<YamlScalar>[] {
  switch (parts.kind) {
    case 'whole':
      return [parts.reference];
    case 'text':
    case 'added':
      return [];
    case 'keys':
      return [parts.name, parts.registry, parts.repository, parts.tag, parts.digest].filter(
        scalar => scalar !== undefined,
      );
  }
}

/** The place that decides a pin: its tag, else its digest, else its repository's name. */
export function placeOf(
  { pin: { file, line }, parts }: PinSite,
  text: string,
): { readonly file: string; readonly line: number; readonly column: number } {
  if (parts.kind === 'text') {
    const start = parts.traced.at[0] ?? 0;
    const before = text.slice(0, start);
    return { file, line: before.split('\n').length, column: start - before.lastIndexOf('\n') };
  }
  if (parts.kind === 'added') return { file, line, column: 1 };
  const scalar =
    parts.kind === 'whole' ? parts.reference : (parts.tag ?? parts.digest ?? parts.repository ?? parts.name);
  if (scalar === undefined) return { file, line, column: 1 };
  const { line: own, col: column } = positionAt(scalar.source, scalar.node.start);
  return { file, line: own, column };
}

/** The offset of every character that a pin is read from. An empty value counts by its place. */
export function offsetsOf(site: PinSite): readonly number[] {
  if (site.parts.kind === 'text') return site.parts.traced.at;
  return scalarsOf(site).flatMap(spanOf);
}

/** The offset in the file of every character of a scalar; for an empty scalar, its place. */
export function spanOf({ source, node: { start, end } }: Spot<YamlScalar>): readonly number[] {
  return Array.from({ length: Math.max(1, end - start) }, (_, index) => fileOffset(source, start + index));
}

/** Whether an edit may change the site and its file names the repository. */
export function namesRepository(site: Site): site is NamedSite {
  return site.kind === 'pin' && site.pin.repository !== undefined;
}
