import { isTag } from '../../oci/reference.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { TagTemplate } from '../environments.ts';
import { normaliseTags } from '../normalise/environments.ts';
import { fill, PLACEHOLDERS, PLATFORM_PLACEHOLDERS, placeholdersOf } from '../tags/tags.ts';
import type { Rule } from './rule.ts';

const SAMPLES: ReadonlyMap<string, string> = new Map(PLACEHOLDERS.map(name => [name, '1']));
const OF_PLATFORMS: readonly string[] = PLATFORM_PLACEHOLDERS;
const CONSTANT: readonly string[] = ['image', 'environment'];

/**
 * Tag templates use known placeholders, result in tags, and are listed once. A template without variable parts must be
 * one that moves.
 */
export const tagTemplatesGiveTags: Rule = ({ file }) =>
  Object.entries(file.environments).flatMap(([environment, { tags }]) => {
    const templates = normaliseTags(tags);
    return templates.flatMap((template, index) => {
      const isRepeated = templates.findIndex(other => other.name === template.name) < index;
      const fault = platformFault(template) ?? faultOf(ofImage(template), template.moves, isRepeated);
      if (fault === undefined) return [];
      return [{ path: ['environments', environment, 'tags', index], at: 'value', ...fault }];
    });
  });

interface Fault {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A template of platforms names the architecture, and no other one does. */
function platformFault({ name, platforms }: TagTemplate): Fault | undefined {
  const placeholders = placeholdersOf(name);
  if (platforms === 'each')
    return placeholders.includes('arch')
      ? undefined
      : { message: `the tag ${name} is the same for each platform`, hint: 'name {arch} in it' };
  const wrong = placeholders.find(found => OF_PLATFORMS.includes(found));
  if (wrong === undefined) return undefined;
  return {
    message: `the tag ${name} has {${wrong}}, which an image of several platforms does not have`,
    hint: `write { name: ${JSON.stringify(name)}, platforms: each }`,
  };
}

/** The template with a platform in place of its placeholders. */
function ofImage({ name, platforms }: TagTemplate): string {
  return platforms === undefined ? name : fill(name, new Map(OF_PLATFORMS.map(found => [found, '1'])));
}

function faultOf(template: string, moves: boolean, repeated: boolean): Fault | undefined {
  const placeholders = placeholdersOf(template);
  const unknown = placeholders.find(name => !SAMPLES.has(name));
  if (unknown !== undefined) {
    return { message: `unknown placeholder {${unknown}}`, hint: suggest(unknown, PLACEHOLDERS) };
  }
  if (!isTag(fill(template, SAMPLES))) {
    return {
      message: `${JSON.stringify(template)} gives no valid tag`,
      hint: 'a tag holds letters, digits and _ . - and begins with none of the last two',
    };
  }
  if (repeated) return { message: `the tag ${template} is listed already`, hint: 'list each tag once' };
  if (!moves && placeholders.every(name => CONSTANT.includes(name))) {
    return {
      message: `the tag ${template} is the same for every promotion, and a tag never moves`,
      hint: `write { name: ${JSON.stringify(template)}, moves: true }`,
    };
  }
  return undefined;
}
