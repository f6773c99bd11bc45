import { child, items, type Spot, scalarAt } from '../spot.ts';
import type { YamlScalar } from '../tree.ts';
import { joinTraced, sliceTraced, type Traced } from './traced.ts';
import { type Interpolate, traceScalar } from './yaml-site.ts';

/** Values by name; `undefined` where the file writes several, or none that can be read. */
type Variables = ReadonlyMap<string, Traced | undefined>;

const DEEPEST = 8;
const VARIABLE = /\$\[\[.*?\]\]|\$\$|\$\{(\w+)\}|\$\{[^}]*\}?|\$(\w*)/g;

/** The variables that a file or a job sets itself. https://docs.gitlab.com/ci/yaml/#variables */
export function readVariables(owner: Spot): Variables {
  const all = child(owner, 'variables');
  if (all?.node.kind !== 'map') return new Map();
  const entries = [...all.node.fields].map(([name, { repeatedAt }]) => {
    const value = scalarAt(all, name) ?? scalarAt(child(all, name), 'value');
    return [name, value === undefined || repeatedAt !== undefined ? undefined : traceScalar(value)] as const;
  });
  return new Map(entries);
}

/** Fills in what a job sees: its own variables, then those of the jobs it extends, then the file's. */
export function variablesOf(root: Spot, job: Spot, ofFile: Variables): Interpolate {
  const known = new Map([...ofFile, ...(job === root ? [] : ofJob(root, job, DEEPEST))]);
  return value => fill(value, known, DEEPEST);
}

function ofJob(root: Spot, job: Spot, depth: number): Variables {
  const extended = depth === 0 ? [] : extendedJobs(root, job).map(base => ofJob(root, base, depth - 1));
  const varied = items(child(child(job, 'parallel'), 'matrix')).flatMap(({ node }) =>
    node.kind === 'map' ? [...node.fields.keys()].map(name => [name, undefined] as const) : [],
  );
  return new Map([...extended.flatMap(variables => [...variables]), ...readVariables(job), ...varied]);
}

function extendedJobs(root: Spot, job: Spot): readonly Spot[] {
  const extended = child(job, 'extends');
  const names = extended?.node.kind === 'scalar' ? [extended.node] : items(extended).map(({ node }) => node);
  return names
    .filter((node): node is YamlScalar => node.kind === 'scalar')
    .flatMap(({ text }) => child(root, text) ?? []);
}

function fill(value: Traced, known: Variables, depth: number): ReturnType<Interpolate> {
  const parts: Traced[] = [];
  let done = 0;
  for (const { 0: text, 1: braced, 2: bare, index } of value.text.matchAll(VARIABLE)) {
    const found = known.get(braced ?? bare ?? '');
    const filled = found === undefined || depth === 0 ? undefined : fill(found, known, depth - 1);
    if (filled === undefined) return { unresolved: text };
    if (!('text' in filled)) return filled;
    parts.push(sliceTraced(value, done, index), filled);
    done = index + text.length;
  }
  return joinTraced([...parts, sliceTraced(value, done)]);
}
