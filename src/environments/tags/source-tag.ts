import { shortDigest } from '../../oci/digest.ts';
import type { TagTemplate } from '../environments.ts';
import { fill, fillTags, pinTag, type TagValues } from './tags.ts';

/**
 * The source tag of the promotion that gave pins their tag: with the template `{environment}-{tag}` and `qa-1.2.3`,
 * that is `1.2.3`. `undefined` if no tag results in it.
 */
export function sourceTag(
  templates: readonly TagTemplate[],
  pinned: string,
  values: Omit<TagValues, 'tag'>,
): string | undefined {
  const behind = templates.flatMap(({ name, moves }) => (moves ? [] : tagWithin(name, pinned, values)));
  return [pinned, ...behind].find(tag => pinTag(fillTags(templates, { ...values, tag }).tags) === pinned);
}

function tagWithin(
  template: string,
  pinned: string,
  { image, environment, digest }: Omit<TagValues, 'tag'>,
): readonly string[] {
  const known = [
    ['image', image],
    ['environment', environment],
    ['digest12', shortDigest(digest)],
  ] as const;
  const [before = '', after, ...more] = fill(template, new Map(known)).split('{tag}');
  if (after === undefined || more.length > 0) return [];
  const isFramed = pinned.length > before.length + after.length && pinned.startsWith(before);
  return isFramed && pinned.endsWith(after)
    ? [pinned.slice(before.length, pinned.length - after.length)]
    : [];
}
