import { suggest } from '../diagnostics/suggest.ts';
import type { Rule } from './rule.ts';

/** Every environment takes from builds or from an environment that exists. */
export const predecessorsExist: Rule = ({ file, environmentNames }) =>
  Object.entries(file.environments)
    .filter(([, { from }]) => from !== 'build' && !environmentNames.has(from))
    .map(([name, { from }]) => ({
      path: ['environments', name, 'from'],
      at: 'value',
      message: `there is no environment ${JSON.stringify(from)}`,
      hint: () => suggest(from, ['build', ...[...environmentNames].filter(other => other !== name)]),
    }));

/** No environment takes from itself, directly or through others; each circle is reported once. */
export const predecessorsAreAcyclic: Rule = ({ file }) => {
  const before = new Map(Object.entries(file.environments).map(([name, { from }]) => [name, from]));
  const visited = new Set<string>();
  return [...before.keys()].flatMap(name => {
    const circle = circleFrom(name, before, visited);
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

/** The circle that the chain from an environment ends in; empty if it ends, or was visited before. */
function circleFrom(
  start: string,
  before: ReadonlyMap<string, string>,
  visited: Set<string>,
): readonly string[] {
  const line = new Set<string>();
  let next: string | undefined = start;
  while (next !== undefined && !visited.has(next)) {
    visited.add(next);
    line.add(next);
    next = before.get(next);
  }
  if (next === undefined || !line.has(next)) return [];
  const members = [...line];
  const entry = members.indexOf(next);
  return members.slice(entry);
}
