import { isDeepStrictEqual } from 'node:util';
import type { Environment, Environments } from '../environments/environments.ts';
import { holdChanges } from '../environments/holds/hold-changes.ts';
import { HOLDS_FILE, type HoldEntry, parseEntries } from '../environments/holds/holds.ts';
import { ownsFile, reachesInto } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { changedPaths, modeAt, type Tree } from './change.ts';
import { type CommitContent, type Place, type Places, placeReader } from './protected-places.ts';
import { isVariables } from './variable-files.ts';

/** One change to something that an environment's gates protect. */
export interface ProtectedChange {
  readonly environment: string;
  /** `file`: a link, a submodule or an unreadable file, which could contain a pin. */
  readonly kind: 'pin' | 'mention' | 'ignored' | 'hold' | 'file';
  readonly file: string;
  /** What changes, for people: `api 1.0.0 -> 1.1.0`. */
  readonly what: string;
}

/** Whether the environment has gates that can be closed. */
export function isGated({ gates }: Environment): boolean {
  return Object.values(gates).some(gate => gate !== undefined);
}

/**
 * The paths whose texts `protectedChanges` needs of both commits: the files of a gated environment that
 * differ. If a file that decides together with them differs, they are all of the environment's files.
 */
export function protectedPaths(
  environments: readonly Environment[],
  before: Tree,
  after: Tree,
): readonly string[] {
  const changed = changedPaths(before, after);
  const all = [...new Set([...before.keys(), ...after.keys()])];
  const deciding = environments.filter(isGated).flatMap(environment => {
    const owns = (path: string) => path !== HOLDS_FILE && ownsFile(environment, path);
    const decides = (path: string) => owns(path) || isVariables(path, all, owns);
    return changed.some(decides) ? all.filter(decides) : [];
  });
  return [...new Set([...changed.filter(path => path === HOLDS_FILE), ...deciding])];
}

/**
 * The changes that a commit makes to the gated environments of one branch. They are every pin, ignore comment and
 * hold that it adds, changes, moves or removes. Every file that could contain one is named too. A moved file counts
 * as one pin removed and one added.
 */
export function protectedChanges(
  environments: Environments,
  gated: readonly Environment[],
  before: CommitContent,
  after: CommitContent,
): readonly ProtectedChange[] {
  const changed = [
    ...changedPaths(before.tree, after.tree),
    ...changedPaths(before.linked ?? new Map(), after.linked ?? new Map()),
  ];
  return gated.filter(isGated).flatMap(environment => {
    const { name } = environment;
    const was = placeReader(environments, environment, before);
    const is = placeReader(environments, environment, after);
    const together = new Set([...was.together, ...is.together]);
    const files = [...new Set([...changed, ...together])].flatMap(file => {
      const isSame = before.tree.get(file) === after.tree.get(file);
      const hidden = isSame
        ? undefined
        : (hides(environment, file, before.tree) ?? hides(environment, file, after.tree));
      if (hidden !== undefined) return [{ environment: name, kind: 'file', file, what: hidden } as const];
      if (!ownsFile(environment, file) && !together.has(file)) return [];
      return differences(name, file, was.read(file), is.read(file));
    });
    return [...files, ...changedHolds(name, before, after)];
  });
}

/** Why a path could contain pins that cannot be read; `undefined` if it cannot. */
function hides(environment: Environment, path: string, tree: Tree): string | undefined {
  const mode = modeAt(tree, path);
  if (mode === '120000' && reachesInto(environment, path)) return 'a symbolic link';
  if (mode === '160000' && reachesInto(environment, path)) return 'a submodule';
  return undefined;
}

function differences(
  environment: string,
  file: string,
  before: Places,
  after: Places,
): readonly ProtectedChange[] {
  if (after.kind === 'unreadable') return [{ environment, kind: 'file', file, what: after.why }];
  if (before.kind === 'unreadable') return [{ environment, kind: 'file', file, what: before.why }];
  const removed = missing(before.places, after.places).map(place => ({ ...place, how: 'removed' }));
  const added = missing(after.places, before.places).map(place => ({ ...place, how: 'added' }));
  if (removed.length + added.length === 0 && before.order !== after.order)
    return [{ environment, kind: 'mention', file, what: 'the order of its images changes' }];
  return [...removed, ...added].map(({ kind, text, how }) => ({
    environment,
    kind,
    file,
    what: `${text} is ${how}`,
  }));
}

function missing(places: ReadonlyMap<string, Place>, others: ReadonlyMap<string, Place>): readonly Place[] {
  return [...places].flatMap(([key, place]) => (others.has(key) ? [] : [place]));
}

function changedHolds(
  environment: string,
  before: CommitContent,
  after: CommitContent,
): readonly ProtectedChange[] {
  if (before.tree.get(HOLDS_FILE) === after.tree.get(HOLDS_FILE)) return [];
  const change = { environment, kind: 'hold', file: HOLDS_FILE } as const;
  const [was, is] = [before, after].map(commit => holdsOf(environment, commit));
  if (was === undefined || is === undefined) return [{ ...change, what: 'it cannot be read' }];
  const changes = holdChanges(was, is);
  const isSaid = ({ image, digest }: HoldEntry) =>
    changes.some(({ hold }) => hold.image === image && hold.digest === digest);
  const isStill = (hold: HoldEntry) => is.some(other => isDeepStrictEqual(other, hold));
  const removed = was.filter(hold => !isStill(hold) && !isSaid(hold));
  return [
    ...changes.map(({ kind, hold }) => ({ ...change, what: `${hold.image} ${hold.digest} is ${kind}` })),
    ...removed.map(hold => ({ ...change, what: `an entry of ${hold.image} ${hold.digest} is removed` })),
  ];
}

function holdsOf(environment: string, { tree, texts }: CommitContent): readonly HoldEntry[] | undefined {
  const text = tree.has(HOLDS_FILE) ? texts.get(HOLDS_FILE) : '';
  if (text === undefined) return undefined;
  try {
    return parseEntries(text).filter(hold => hold.environment === environment);
  } catch (error) {
    if (error instanceof PromoteError && ['CONFIGURATION', 'TOO_LARGE'].includes(error.code))
      return undefined;
    throw error;
  }
}
