import type { PlatformManifest } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { formatPlatform } from '../../oci/manifest.ts';
import type { Environment, TagTemplate } from '../environments.ts';
import { type FilledTag, fillEach, type TagValues } from './tags.ts';

/** Platforms by their image. */
export type KnownPlatforms = ReadonlyMap<Digest, readonly PlatformManifest[]>;

/** The tags of an image's platforms, if the environment sets any. `filled`: the image's own. */
export function platformTags(
  { platformTags: templates = [] }: Pick<Environment, 'platformTags'>,
  values: TagValues,
  filled: { readonly tags: readonly FilledTag[] },
  known: KnownPlatforms = new Map(),
): ReturnType<typeof fillPlatformTags> {
  if (templates.length === 0) return { tags: [], notices: [] };
  const platforms = known.get(values.digest) ?? [];
  if (platforms.length > 0) return fillPlatformTags(templates, values, { platforms, own: filled.tags });
  const names = templates.map(({ name }) => name).join(', ');
  return { tags: [], notices: [`tags ${names} are left out: the image names no platform`] };
}

/**
 * The tags of an image's platforms. A tag that two platforms would share is left out with a notice, and so is
 * one that the image itself has. `own`: the image's own tags.
 */
function fillPlatformTags(
  templates: readonly TagTemplate[],
  values: TagValues,
  { platforms, own }: { readonly platforms: readonly PlatformManifest[]; readonly own: readonly FilledTag[] },
): { readonly tags: readonly FilledTag[]; readonly notices: readonly string[] } {
  const filled = platforms.flatMap(({ digest, platform }) => {
    const { moves, notices } = fillEach(templates, { ...values, platform });
    const tags = [...moves].map(([name, moving]) => ({ name, moves: moving, digest }));
    return [{ platform, notices, tags }];
  });
  const claims = Map.groupBy(
    filled.flatMap(({ platform, tags }) => tags.map(tag => ({ tag, platform }))),
    ({ tag }) => tag.name,
  );
  const notices = new Set(filled.flatMap(one => one.notices));
  const tags = [...claims].flatMap(([name, claimed]): readonly FilledTag[] => {
    const [first] = claimed;
    if (first === undefined) return [];
    if (own.some(tag => tag.name === name)) {
      notices.add(`tag ${name} of ${formatPlatform(first.platform)} is left out: the image itself has it`);
      return [];
    }
    if (new Set(claimed.map(({ tag }) => tag.digest)).size === 1) return [first.tag];
    const those = claimed.map(({ platform }) => formatPlatform(platform)).join(' and ');
    notices.add(`tag ${name} is left out: ${those} would share it; name {os} and {arch} in the template`);
    return [];
  });
  return { tags, notices: [...notices] };
}
