import { parse } from 'semver';
import type { Platform } from '../../oci/descriptor.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import { isTag } from '../../oci/reference.ts';
import { isPreRelease, tagScheme, withoutAnnouncement } from '../../oci/tag-scheme.ts';
import type { TagTemplate } from '../environments.ts';

/** What tag templates may name between braces. */
export const PLACEHOLDERS = [
  'image',
  'tag',
  'version',
  'major',
  'minor',
  'patch',
  'environment',
  'digest12',
] as const;

/** What templates of platforms may name besides. */
export const PLATFORM_PLACEHOLDERS = ['arch', 'os'] as const;

/** A tag to set; one that does not move is written once. */
export interface FilledTag extends Omit<TagTemplate, 'preReleases' | 'platforms'> {
  /** The manifest that it names; absent: the image's own. */
  readonly digest?: Digest | undefined;
}

/** What one promotion fills the templates with. */
export interface TagValues {
  readonly image: string;
  readonly environment: string;
  readonly digest: Digest;
  /** The tag of the reference that is promoted. */
  readonly tag?: string | undefined;
  /** The image's annotation `org.opencontainers.image.version`, used if the tag holds no semantic version. */
  readonly annotatedVersion?: string | undefined;
  /** The platform, for templates of platforms. */
  readonly platform?: Platform | undefined;
}

const PLACEHOLDER = /\{([^{}]*)\}/g;
const OF_VERSION: readonly string[] = ['version', 'major', 'minor', 'patch'] satisfies Placeholder[];

type Placeholder = (typeof PLACEHOLDERS)[number] | (typeof PLATFORM_PLACEHOLDERS)[number];

/**
 * The tags that a promotion sets, each once. A template is left out with a notice if it cannot be filled or
 * does not result in a tag. So is one for releases if the image is a pre-release. If all tags move,
 * `{environment}-{digest12}` is added.
 */
export function fillTags(
  templates: readonly TagTemplate[],
  values: TagValues,
): { readonly tags: readonly FilledTag[]; readonly notices: readonly string[] } {
  const { notices, moves } = fillEach(templates, values);
  const isSteady = [...moves.values()].includes(false);
  if (!isSteady) moves.set(`${values.environment}-${shortDigest(values.digest)}`, false);
  return { tags: [...moves].map(([name, moving]) => ({ name, moves: moving })), notices };
}

/** The tags that templates result in, with whether each moves. */
export function fillEach(
  templates: readonly TagTemplate[],
  values: TagValues,
): { readonly moves: Map<string, boolean>; readonly notices: string[] } {
  const version = versionIn(values.tag) ?? versionIn(values.annotatedVersion);
  const known = placeholderValues(values, version);
  const early = version?.text ?? values.tag ?? '';
  const notices: string[] = [];
  const moves = new Map<string, boolean>();
  for (const template of templates) {
    const missing = placeholdersOf(template.name).find(name => known.get(name) === undefined);
    const name = fill(template.name, known);
    if (missing !== undefined) {
      notices.push(`tag ${template.name} is left out: the image has no {${missing}}`);
    } else if (!isTag(name)) {
      notices.push(`tag ${template.name} is left out: ${JSON.stringify(name.slice(0, 160))} is not a tag`);
    } else if (isPreRelease(tagScheme(early)) && isForReleases(template)) {
      notices.push(`tag ${template.name} is left out: ${early} is a pre-release, and preReleases is not set`);
    } else moves.set(name, template.moves && (moves.get(name) ?? true));
  }
  return { moves, notices };
}

/** The semantic version in a tag, else in an image's annotation, as a bare version. */
export function bareVersion({
  tag,
  annotatedVersion,
}: Pick<TagValues, 'tag' | 'annotatedVersion'>): string | undefined {
  return (versionIn(tag) ?? versionIn(annotatedVersion))?.text;
}

/** The tag a pin carries: the first that does not move. */
export function pinTag(tags: readonly FilledTag[]): string | undefined {
  return tags.find(tag => !tag.moves && tag.digest === undefined)?.name;
}

/** Whether the image's annotated version is needed, for the templates or for a pin of a version. */
export function needsVersion(
  templates: readonly TagTemplate[],
  tag: string | undefined,
  isWanted = false,
): boolean {
  const wanted = templates.some(({ name }) => placeholdersOf(name).some(found => OF_VERSION.includes(found)));
  return (wanted || isWanted) && versionIn(tag) === undefined;
}

/** The names between a template's braces, known or not. */
export function placeholdersOf(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** Replaces the placeholders that have a value. */
export function fill(template: string, values: ReadonlyMap<string, string | undefined>): string {
  return template.replace(PLACEHOLDER, (written, name: string) => values.get(name) ?? written);
}

/** Whether a tag follows releases, and so passes over pre-releases. */
function isForReleases({ name, moves, preReleases = false }: TagTemplate): boolean {
  const holds = (placeholder: Placeholder) => placeholdersOf(name).includes(placeholder);
  const isCut = (holds('major') || holds('minor') || holds('patch')) && !holds('version') && !holds('tag');
  return moves && !preReleases && (isCut || name === 'latest');
}

function placeholderValues(
  values: TagValues,
  version: ReturnType<typeof versionIn>,
): ReadonlyMap<string, string | undefined> {
  return new Map<Placeholder, string | undefined>([
    ['image', values.image],
    ['tag', values.tag],
    ['version', version?.text],
    ['major', version?.major],
    ['minor', version?.minor],
    ['patch', version?.patch],
    ['environment', values.environment],
    ['digest12', shortDigest(values.digest)],
    ['arch', values.platform && archText(values.platform)],
    ['os', values.platform?.os],
  ]);
}

/** An architecture with its variant, such as `armv7`; without the variant that all of it has. */
function archText({ architecture, variant = '' }: Platform): string {
  return ['arm64v8', 'amd64v1'].includes(architecture + variant) ? architecture : `${architecture}${variant}`;
}

/** A strict semantic version after an optional `v` or `release-`; with build metadata, which no tag can contain. */
function versionIn(text: string | undefined) {
  const version = parse(text && withoutAnnouncement(text));
  if (!version) return undefined;
  const build = version.build.length === 0 ? '' : `+${version.build.join('.')}`;
  return {
    text: `${version.version}${build}`,
    major: String(version.major),
    minor: String(version.minor),
    patch: String(version.patch),
  };
}
