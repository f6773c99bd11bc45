import { closest, distance } from 'fastest-levenshtein';
import { readData } from '../data/data.ts';
import { formatPath } from '../path.ts';
import type { PinPath } from '../pin.ts';
import type { Spot } from '../yaml/source.ts';
import { roots, scalarsIn } from '../yaml/spot.ts';
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
  const paths = [...new Set(roots(readData(file, text)).flatMap(scalarsIn).map(pathTo))].slice(0, MOST_PATHS);
  return idle.map(({ rule }) => ({ rule, suggestion: rule.path && nearest(rule.path, paths) }));
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
