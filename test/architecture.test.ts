import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SOURCES = globSync('{src,test,scripts,bench}/**/*.ts', { cwd: ROOT });
const PURE = ['secrets', 'oci', 'vulnerabilities', 'environments', 'pins', 'plan', 'gates', 'reports'];

/** Who may import whom; `errors`, `secrets` and a folder itself always. A `type:` entry allows type imports alone. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  secrets: [],
  errors: [],
  oci: [],
  pins: ['oci'],
  vulnerabilities: ['oci'],
  environments: ['oci', 'type:pins', 'type:vulnerabilities'],
  plan: ['oci', 'environments', 'pins', 'type:images'],
  gates: ['plan', 'oci', 'environments', 'vulnerabilities', 'type:images'],
  reports: [...PURE, 'type:records', 'type:images'],
  // The browser's half of a report: it shares with it the shape of its data alone.
  page: ['type:reports'],
  http: [],
  registry: ['oci', 'http'],
  git: ['oci', 'http'],
  forges: ['oci', 'http', 'git'],
  signing: ['oci', 'http', 'registry'],
  // What an image is, as types, is what plans, gates and reports compare and print.
  images: ['oci', 'http', 'registry', 'signing', 'vulnerabilities'],
  records: ['oci', 'type:plan', 'type:gates', 'registry', 'signing'],
  proposals: [...PURE, 'git', 'forges', 'images', 'type:registry'],
  policy: ['oci', 'environments', 'plan', 'signing', 'records'],
  run: [...PURE, 'registry', 'git', 'forges', 'signing', 'images', 'records', 'proposals'],
  facts: [...PURE, 'registry', 'git', 'forges', 'signing', 'images', 'records', 'proposals', 'run'],
  apply: [...PURE, 'http', 'registry', 'git', 'forges', 'signing', 'records', 'proposals', 'run', 'facts'],
  commands: [
    ...PURE,
    'http',
    'registry',
    'git',
    'forges',
    'signing',
    'images',
    'records',
    'proposals',
    'policy',
    'run',
    'facts',
    'apply',
  ],
};

/** The shells: they may import everything, and nothing imports them. */
const SHELLS = ['demo', 'cli', 'action', 'index'];

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const IMPORTS = SOURCES.filter(path => path.startsWith('src/')).flatMap(importsOf);
const OWN = IMPORTS.filter(({ specifier }) => specifier.startsWith('.'));

describe('architecture', () => {
  it('lets each folder import only what the table allows', () => {
    const wrong = OWN.filter(({ from, specifier, typeOnly }) => {
      const source = folderOf(from);
      const target = folderOf(resolved(from, specifier));
      if (source === target || target === 'errors' || target === 'secrets' || SHELLS.includes(source))
        return false;
      const allowed = MAY_IMPORT[source] ?? [];
      return !allowed.includes(target) && !(typeOnly && allowed.includes(`type:${target}`));
    });
    expect(wrong).toEqual([]);
  });

  it('knows every folder', () => {
    const folders = new Set(SOURCES.filter(path => path.startsWith('src/')).map(folderOf));
    expect([...folders].filter(folder => !(folder in MAY_IMPORT) && !SHELLS.includes(folder))).toEqual([]);
  });

  it('keeps pure folders free of the outside world', () => {
    const impure =
      /^node:(?!crypto$|buffer$|util$|path\/posix$)|^(undici|isomorphic-git|@octokit|@actions|@sigstore)/;
    const pure = IMPORTS.filter(({ from }) => PURE.includes(folderOf(from)));
    expect(pure.filter(({ specifier }) => impure.test(specifier))).toEqual([]);
    const world = /\bprocess\.|Date\.now\(|new Date\(\)|Math\.random\(|\bfetch\(|\bconsole\.|setTimeout\(/;
    const touching = SOURCES.filter(path => path.startsWith('src/') && PURE.includes(folderOf(path)));
    expect(touching.filter(path => world.test(read(path)))).toEqual([]);
  });

  it('lets only the shells touch the process', () => {
    const outside = SOURCES.filter(path => path.startsWith('src/') && !SHELLS.includes(folderOf(path)));
    expect(outside.filter(path => /\bprocess\.(argv|env|stdout|stderr|exit|cwd)/.test(read(path)))).toEqual(
      [],
    );
  });

  it('has no files that import each other in a circle, types included', () => {
    const graph = new Map<string, string[]>();
    for (const { from, specifier } of OWN) {
      graph.set(from, [...(graph.get(from) ?? []), resolved(from, specifier)]);
    }
    expect(findCycle(graph)).toEqual([]);
  });

  it('has no rooms of one folder that import each other in a circle, types included', () => {
    const graph = new Map<string, string[]>();
    for (const { from, specifier } of OWN) {
      const [source, target] = [roomOf(from), roomOf(resolved(from, specifier))];
      if (source === undefined || target === undefined || source === target) continue;
      if (folderOf(from) !== folderOf(resolved(from, specifier))) continue;
      graph.set(source, [...(graph.get(source) ?? []), target]);
    }
    expect(graph.size).toBeGreaterThan(5);
    expect(findCycle(graph)).toEqual([]);
  });

  it('knows the third forge in its own folder, by one row and one word', () => {
    const elsewhere = globSync('src/**/*.ts', { cwd: ROOT }).filter(
      path => !path.startsWith('src/forges/forgejo/'),
    );
    const lines = elsewhere.flatMap(path =>
      read(path)
        .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
        .split('\n')
        .filter(line => /forgejo|gitea/i.test(line))
        .map(() => path),
    );
    expect(
      Object.fromEntries(
        Map.groupBy(lines, path => path)
          .entries()
          .map(([path, { length }]) => [path, length]),
      ),
    ).toEqual({
      // The row, with its import.
      'src/forges/open.ts': 2,
      // The word.
      'src/environments/environments.ts': 1,
      // Where any repository has workflows, on whatever forge it is read: another one may mirror it.
      'src/git/changes.ts': 1,
      // What to set for an identity token is told before it is known where a job runs.
      'src/signing/sigstore/ambient-token.ts': 2,
    });
  });

  it('has no file over 250 lines', () => {
    const long = SOURCES.map(path => [path, read(path).split('\n').length - 1] as const);
    expect(long.filter(([, lines]) => lines > 250)).toEqual([]);
  });
});

function importsOf(path: string): readonly Import[] {
  const pattern = /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...read(path).matchAll(pattern)].map(match => ({
    from: path,
    specifier: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }));
}

function folderOf(path: string): string {
  const [, first = ''] = path.split('/');
  return first.replace(/\.ts$/, '');
}

/** `src/folder/room` of a file in a room. */
function roomOf(path: string): string | undefined {
  const parts = path.split('/');
  return parts.length > 3 ? parts.slice(0, 3).join('/') : undefined;
}

function resolved(from: string, specifier: string): string {
  return relative(ROOT, join(ROOT, dirname(from), specifier));
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return [];
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle.length > 0) return cycle;
    }
    done.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
