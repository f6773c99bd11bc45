import { shortDigest } from '../../oci/digest.ts';
import { tagScheme } from '../../oci/tag-scheme.ts';
import type { TagTemplate } from '../environments.ts';
import type { TagValues } from './tags.ts';

/**
 * The part of a template's tag that has an order: of `app-1.2.3-alpine` with the template `app-{version}-alpine`, that
 * is `1.2.3`. Other tags are returned whole.
 */
export function taggedVersion(
  templates: readonly TagTemplate[],
  tag: string,
  values: Pick<TagValues, 'image' | 'environment' | 'digest'>,
): string {
  const made = templates.flatMap(({ name, moves }) => {
    const found = moves ? undefined : templatePattern(name, values).exec(tag)?.groups;
    if (found === undefined) return [];
    const { major, minor, patch, version = found.tag } = found;
    return (patch === undefined ? version : `${major}.${minor}.${patch}`) ?? [];
  });
  return made.find(text => tagScheme(text).kind !== 'floating') ?? tag;
}

const NUMBER = '0|[1-9][0-9]*';

/** Patterns for placeholders whose value the promotion does not give. */
const SHAPES: Readonly<Record<string, string>> = {
  tag: '.+',
  version: `(?:${NUMBER})[.](?:${NUMBER})[.](?:${NUMBER})(?:-[0-9A-Za-z.-]+)?`,
  major: NUMBER,
  minor: NUMBER,
  patch: NUMBER,
};

function templatePattern(
  template: string,
  { image, environment, digest }: Pick<TagValues, 'image' | 'environment' | 'digest'>,
): RegExp {
  const known = new Map([
    ['image', image],
    ['environment', environment],
    ['digest12', shortDigest(digest)],
  ]);
  const seen = new Set<string>();
  // Literals and names alternate.
  const parts = template.split(/\{([^{}]*)\}/).map((part, index) => {
    const shape = SHAPES[part];
    if (index % 2 === 0 || shape === undefined) return RegExp.escape(known.get(part) ?? part);
    if (seen.has(part)) return `\\k<${part}>`;
    seen.add(part);
    return `(?<${part}>${shape})`;
  });
  return new RegExp(`^${parts.join('')}$`);
}
