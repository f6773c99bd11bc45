import type { Interpolate } from '../site/scalar-site.ts';
import { joinFilled, sliceTraced, type Traced } from '../text/traced.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, scalarAt } from '../yaml/spot.ts';
import { traceScalar } from '../yaml/traced-scalar.ts';
import type { YamlScalar } from '../yaml/tree.ts';

/** Values by name; `undefined` where the file writes several values, or none that can be read. */
type Variables = ReadonlyMap<string, Traced | undefined>;

/** How far variables and jobs may refer to each other. */
const DEEPEST = 50;
const VARIABLE = /\$\[\[.*?\]\]|\$\$|\$\{(\w+)\}|\$\{[^}]*\}?|\$(\w*)/g;

/**
 * Fills in the variables that a job, or the file itself, has. A job's own variables come first, then those of
 * the jobs it extends, then those it inherits from the file. https://docs.gitlab.com/ci/yaml/#variables
 */
export function gitlabVariables(root: Spot): (job: Spot) => Interpolate {
  const ofFile = variablesIn(root);
  const lineageOf = createLineages(root);
  return job => {
    const lineage = job === root ? [] : lineageOf(job);
    const own: Variables = new Map(lineage.flatMap(of => [...variablesIn(of), ...variedIn(of)]));
    const inherits = inheritanceOf(lineage);
    return createFilling(name =>
      own.has(name) ? own.get(name) : inherits(name) ? ofFile.get(name) : undefined,
    );
  };
}

function variablesIn(owner: Spot): Variables {
  const all = child(owner, 'variables');
  if (all?.node.kind !== 'map') return new Map();
  const entries = [...all.node.fields].map(([name, { repeatedAt }]) => {
    const value = scalarAt(all, name) ?? scalarAt(child(all, name), 'value');
    return [name, value === undefined || repeatedAt !== undefined ? undefined : traceScalar(value)] as const;
  });
  return new Map(entries);
}

/** https://docs.gitlab.com/ci/yaml/#parallelmatrix */
function variedIn(job: Spot): Variables {
  const names = items(child(child(job, 'parallel'), 'matrix')).flatMap(({ node }) =>
    node.kind === 'map' ? [...node.fields.keys()] : [],
  );
  return new Map(names.map(name => [name, undefined]));
}

/** https://docs.gitlab.com/ci/yaml/#inheritvariables */
function inheritanceOf(lineage: readonly Spot[]): (name: string) => boolean {
  const asked = lineage
    .map(of => child(child(of, 'inherit'), 'variables'))
    .findLast(found => found !== undefined);
  if (asked === undefined) return () => true;
  if (asked.node.kind === 'scalar') return () => asked.node.kind === 'scalar' && asked.node.text !== 'false';
  const names = items(asked).flatMap(({ node }) => (node.kind === 'scalar' ? node.text : []));
  return name => names.includes(name);
}

/** The jobs that a job extends, then the job itself, each once. A later one overrides an earlier one. */
function createLineages(root: Spot): (job: Spot) => readonly Spot[] {
  const known = new Map<Spot['node'], readonly Spot[]>();
  return job => lineageOf(job, DEEPEST);

  function lineageOf(job: Spot, depth: number): readonly Spot[] {
    const found = known.get(job.node);
    if (found !== undefined || depth === 0) return found ?? [];
    known.set(job.node, []);
    const all = [...extendedJobs(root, job).flatMap(base => lineageOf(base, depth - 1)), job].toReversed();
    const lineage = [...new Map(all.map(of => [of.node, of])).values()].toReversed();
    known.set(job.node, lineage);
    return lineage;
  }
}

function extendedJobs(root: Spot, job: Spot): readonly Spot[] {
  const extended = child(job, 'extends');
  const names = extended?.node.kind === 'scalar' ? [extended.node] : items(extended).map(({ node }) => node);
  return names
    .filter((node): node is YamlScalar => node.kind === 'scalar')
    .flatMap(({ text }) => child(root, text) ?? []);
}

/** Fills in variables, each once. A variable that refers to itself has no value. */
function createFilling(written: (name: string) => Traced | undefined): Interpolate {
  const known = new Map<string, ReturnType<Interpolate>>();
  return value => fill(value, DEEPEST);

  function fill(value: Traced, depth: number): ReturnType<Interpolate> {
    const parts: Traced[] = [];
    let done = 0;
    for (const { 0: text, 1: braced, 2: bare, index } of value.text.matchAll(VARIABLE)) {
      const filled = named(braced ?? bare ?? '', text, depth);
      if (!('text' in filled)) return filled;
      parts.push(sliceTraced(value, done, index), filled);
      done = index + text.length;
    }
    return joinFilled([...parts, sliceTraced(value, done)]);
  }

  function named(name: string, as: string, depth: number): ReturnType<Interpolate> {
    const found = known.get(name);
    const value = found === undefined && depth > 0 ? written(name) : undefined;
    if (value === undefined) return found ?? { unresolved: as };
    known.set(name, { unresolved: as });
    const filled = fill(value, depth - 1);
    known.set(name, filled);
    return filled;
  }
}
