import { closest, distance } from 'fastest-levenshtein';
import { readData } from '../data/data.ts';
import { formatPath, parsePath } from '../path.ts';
import type { PinPath } from '../pin.ts';
import type { Spot } from '../yaml/source.ts';
import { roots, scalarsIn } from '../yaml/spot.ts';
import { deadEnd } from './dead-end.ts';
import { locateRules } from './read-rules.ts';

/** A rule that leads nowhere in a file that it matches, and the most similar path in that file. */
export interface IdleRule {
  readonly rule: PinPath;
  readonly suggestion?: string | undefined;
}

/** The rules that lead nowhere in a file. Throws as `readRules` does. */
export function idleRules(file: string, text: string, rules: readonly PinPath[]): readonly IdleRule[] {
  const idle = locateRules(file, text, rules).filter(({ located }) => located.length === 0);
  if (!idle.some(({ rule }) => rule.path !== undefined)) return idle.map(({ rule }) => ({ rule }));
  const tops = roots(readData(file, text));
  const paths = [...new Set(tops.flatMap(scalarsIn).map(pathTo))].slice(0, MOST_PATHS);
  return idle.map(({ rule }) => {
    const { path = '' } = rule;
    // No path of the file is written with conditions, so the step that fails is compared.
    const near = () => deadEnd(tops, parsePath(path))?.path;
    const suggestion = path.includes('[') ? near() : (nearest(path, paths) ?? near());
    return { rule, suggestion: path === '' ? undefined : suggestion };
  });
}

const MOST_PATHS = 2000;

function nearest(wanted: string, paths: readonly string[]): string | undefined {
  if (paths.length === 0) return undefined;
  const found = closest(wanted, paths);
  return distance(wanted, found) <= Math.max(2, wanted.length / 3) ? found : undefined;
}

function pathTo(spot: Spot): string {
  const keys: (string | number)[] = [];
  for (let { way } = spot; way !== undefined; way = way.from.way) keys.unshift(way.key);
  return formatPath(keys);
}
