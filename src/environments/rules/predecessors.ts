import { suggest } from '../diagnostics/suggest.ts';
import type { Rule } from './rule.ts';

/** Every environment takes from builds or from an environment that exists. */
export const predecessorsExist: Rule = ({ file, environmentNames }) =>
  Object.entries(file.environments)
    .filter(([, { from }]) => from !== 'build' && !environmentNames.includes(from))
    .map(([name, { from }]) => ({
      path: ['environments', name, 'from'],
      at: 'value',
      message: `there is no environment ${JSON.stringify(from)}`,
      hint: suggest(from, ['build', ...environmentNames.filter(other => other !== name)]),
    }));

/** No environment takes from itself, directly or through others; told once for each circle. */
export const predecessorsAreAcyclic: Rule = ({ file }) => {
  const before = new Map(Object.entries(file.environments).map(([name, { from }]) => [name, from]));
  const told = new Set<string>();
  return [...before.keys()].flatMap(name => {
    const circle = circleFrom(name, before);
    if (circle === undefined || told.has(name)) return [];
    for (const member of circle) told.add(member);
    return {
      path: ['environments', name, 'from'],
      at: 'value',
      message: `the environment takes from itself: ${[...circle, name].join(' from ')}`,
      hint: 'one environment of each line takes from `build`',
    };
  });
};

function circleFrom(start: string, before: ReadonlyMap<string, string>): readonly string[] | undefined {
  const seen = [start];
  for (let next = before.get(start); next !== undefined; next = before.get(next)) {
    if (next === start) return seen;
    if (seen.includes(next)) return undefined;
    seen.push(next);
  }
  return undefined;
}
