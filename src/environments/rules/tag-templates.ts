import { isTag } from '../../oci/reference.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { normaliseTags } from '../normalise/environments.ts';
import { fill, PLACEHOLDERS, placeholdersOf } from '../tags/tags.ts';
import type { Rule } from './rule.ts';

const SAMPLES: ReadonlyMap<string, string> = new Map(PLACEHOLDERS.map(name => [name, '1']));
const CONSTANT: readonly string[] = ['image', 'environment'];

/**
 * Tag templates use known placeholders, result in tags, and are listed once. A template without variable parts must be
 * one that moves.
 */
export const tagTemplatesGiveTags: Rule = ({ file }) =>
  Object.entries(file.environments).flatMap(([environment, { tags }]) => {
    const templates = normaliseTags(tags);
    return templates.flatMap(({ name, moves }, index) => {
      const fault = faultOf(name, moves, templates.findIndex(other => other.name === name) < index);
      if (fault === undefined) return [];
      return [{ path: ['environments', environment, 'tags', index], at: 'value', ...fault }];
    });
  });

interface Fault {
  readonly message: string;
  readonly hint?: string | undefined;
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
