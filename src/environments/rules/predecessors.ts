import type { Issue } from '../diagnostics/issue.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { type WrittenOrigin, writtenSources } from '../image-origin.ts';
import type { Rule } from './rule.ts';

/** Every environment takes from builds alone, or from environments that exist, each named once. */
export const predecessorsExist: Rule = ({ file, environmentNames }) =>
  Object.entries(file.environments).flatMap(([name, { from }]) => {
    const sources = writtenSources(from);
    return sources.flatMap((source, index): readonly Issue[] => {
      const place = {
        path: [...placeOf(name, from), ...(typeof from === 'string' ? [] : [index])],
        at: 'value',
      } as const;
      if (source === 'build' && typeof from !== 'string') {
        const message = '`build` cannot be one of several sources';
        return [{ ...place, message, hint: 'write `from: build`, or name environments alone' }];
      }
      if (sources.indexOf(source) < index) {
        return [{ ...place, message: `${JSON.stringify(source)} is named twice`, hint: 'name it once' }];
      }
      if (source === 'build' || environmentNames.has(source)) return [];
      const others = [...environmentNames].filter(other => other !== name);
      const known = typeof from === 'string' ? ['build', ...others] : others;
      const message = `there is no environment ${JSON.stringify(source)}`;
      return [{ ...place, message, hint: () => suggest(source, known) }];
    });
  });

/** Where an environment names its sources. */
function placeOf(name: string, from: WrittenOrigin): readonly string[] {
  const key = typeof from === 'string' ? [] : 'all' in from ? ['all'] : 'any' in from ? ['any'] : [];
  return ['environments', name, 'from', ...key];
}

/** No environment takes from itself, directly or through others; each circle is reported once. */
export const predecessorsAreAcyclic: Rule = ({ file }) => {
  const before = new Map(
    Object.entries(file.environments).map(([name, { from }]) => [name, writtenSources(from)] as const),
  );
  const visited = new Set<string>();
  return [...before.keys()].flatMap(name => {
    const circle = circleFrom(name, before, visited, []);
    const [first] = circle;
    if (first === undefined) return [];
    return {
      path: ['environments', first, 'from'],
      at: 'value',
      message: `the environment takes from itself: ${[...circle, first].join(' from ')}`,
      hint: 'one environment of each line takes from `build`',
    };
  });
};

/** The circle that a chain from an environment ends in; empty if all end, or were visited before. */
function circleFrom(
  name: string,
  before: ReadonlyMap<string, readonly string[]>,
  visited: Set<string>,
  line: readonly string[],
): readonly string[] {
  if (line.includes(name)) return line.slice(line.indexOf(name));
  if (visited.has(name)) return [];
  visited.add(name);
  for (const next of before.get(name) ?? []) {
    const circle = circleFrom(next, before, visited, [...line, name]);
    if (circle.length > 0) return circle;
  }
  return [];
}
