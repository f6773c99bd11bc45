import type { Environment, Environments } from '../../environments/environments.ts';
import { sourceNames } from '../../environments/image-origin.ts';
import { deploymentKey, environmentNamed, ownsFile } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { Head, HistoryEntry, Repository } from '../../git/repository.ts';
import { EVERYTHING } from '../../git/text.ts';
import type { PinCommit } from '../../plan/history.ts';
import { isOwn, type PinReader, pinReader } from '../../plan/image-pins.ts';
import { type PlacedState, pinMoves, placedState } from '../../plan/pin-moves.ts';
import type { ImagePin } from '../../plan/snapshot.ts';
import { readTogether } from '../read-together.ts';

/** The most file versions that are read at once. */
const BATCH = 500;

/**
 * Streams the commits that touched the environment's files, newest first. Each has its changes to the
 * environment's pins, and to those of its sources on the same branch. About `atOnce` file versions are read
 * at a time.
 */
export async function* pinCommits(
  environments: Environments,
  environment: Environment,
  { repository, head }: { readonly repository: Repository; readonly head: Head },
  atOnce = BATCH,
): AsyncGenerator<PinCommit> {
  const owners = ownersIn(environments, environment);
  const rolesOf = fileRoles(owners);
  const whole = async (owner: Environment) =>
    (await readTogether({ repository, head, environments, environment: owner })).environments;
  const [own, ...sources] = owners;
  const readers = [
    // A run has already read its own environment's implied rules.
    pinReader(environments.implied === undefined ? await whole(own) : environments),
    ...(await Promise.all(sources.map(async source => pinReader(await whole(source))))),
  ];
  const readVersions = createVersions(readers, owners, rolesOf, repository);
  let pending: HistoryEntry[] = [];
  let count = 0;
  for await (const entry of repository.history(head.commit, path => rolesOf(path).length > 0)) {
    pending.push(entry);
    count += entry.changes.length;
    if (count < Math.min(atOnce, BATCH)) continue;
    yield* await readBatch(pending);
    [pending, count] = [[], 0];
  }
  yield* await readBatch(pending);

  async function readBatch(entries: readonly HistoryEntry[]): Promise<readonly PinCommit[]> {
    const versionOf = await readVersions(entries);
    return entries.map(entry => toPinCommit(entry, versionOf, rolesOf));
  }
}

/** The environment whose pins a commit changes; a file that two share has pins of each. */
type Role = number;

/** The environment itself, then its sources. */
type Owners = readonly [Environment, ...Environment[]];

const OWN: Role = 0;

/** A file's pins in one commit, or that it could not be read. */
type Version = readonly PlacedState[] | 'unreadable';

/** Finds a file's version by its blob, with the pins of one owner. */
type VersionOf = (role: Role, path: string, blob: string | undefined) => Version;

/** The environment, and those of its sources that are on the same branch. */
function ownersIn({ environments }: Environments, environment: Environment): Owners {
  const sources = sourceNames(environment.from).map(name =>
    environmentNamed({ images: [], environments }, name),
  );
  return [environment, ...sources.filter(source => deploymentKey(source) === deploymentKey(environment))];
}

function fileRoles(owners: Owners): (path: string) => readonly Role[] {
  const known = new Map<string, readonly Role[]>();
  return path => {
    const roles = known.get(path) ?? owners.flatMap((owner, role) => (ownsFile(owner, path) ? [role] : []));
    known.set(path, roles);
    return roles;
  };
}

function toPinCommit(
  { commit, date, author, message, changes }: HistoryEntry,
  versionOf: VersionOf,
  rolesOf: (path: string) => readonly Role[],
): PinCommit {
  const unreadable = new Set<string>();
  const movesOf = (role: Role) =>
    changes
      .filter(({ path }) => rolesOf(path).includes(role))
      .flatMap(({ path, before, after }) => {
        const [old, now] = [versionOf(role, path, before), versionOf(role, path, after)];
        if (old === 'unreadable' || now === 'unreadable') unreadable.add(path);
        return pinMoves(old === 'unreadable' ? [] : old, now === 'unreadable' ? [] : now);
      });
  const sourceRoles = [...new Set(changes.flatMap(({ path }) => rolesOf(path)))].filter(role => role !== OWN);
  const source = sourceRoles
    .flatMap(movesOf)
    .flatMap(({ image, after }) => (after?.digest === undefined ? [] : [{ image, digest: after.digest }]));
  return {
    commit,
    date,
    author,
    message,
    moves: movesOf(OWN),
    source,
    unreadable: [...unreadable],
  };
}

/** Reads the versions that a batch of commits needs. Keeps those that older commits will need. */
function createVersions(
  readers: readonly PinReader[],
  owners: Owners,
  rolesOf: (path: string) => readonly Role[],
  repository: Repository,
): (entries: readonly HistoryEntry[]) => Promise<VersionOf> {
  const detached = createDetach();
  /** Each file's version before the oldest commit so far: the next older commit of the file made it. */
  let oldest = new Map<string, { readonly blob: string; readonly version: Versions }>();

  function parse(path: string, text: string): Versions {
    return new Map(rolesOf(path).map(role => [role, parseFor(role, path, text)]));
  }

  function parseFor(role: Role, path: string, text: string): Version {
    const owner = owners[role];
    try {
      const pins = readers[role]?.imagePins(path, text) ?? [];
      return detached(pins.filter(({ pin }) => owner !== undefined && isOwn(owner, pin)));
    } catch (error) {
      if (error instanceof PromoteError && (error.code === 'INVALID' || error.code === 'TOO_LARGE'))
        return 'unreadable';
      throw error;
    }
  }

  return async entries => {
    const versions = new Map([...oldest].map(([path, { blob, version }]) => [keyOf(path, blob), version]));
    const changes = entries.flatMap(entry => entry.changes);
    const wanted = changes.flatMap(({ path, before, after }) =>
      [before, after].flatMap(blob =>
        blob === undefined || versions.has(keyOf(path, blob)) ? [] : [{ path, blob }],
      ),
    );
    const texts = await repository.read([...new Set(wanted.map(({ blob }) => blob))], EVERYTHING);
    for (const { path, blob } of wanted) {
      if (!versions.has(keyOf(path, blob)))
        versions.set(keyOf(path, blob), parse(path, texts.get(blob) ?? ''));
    }
    const versionsOf = (path: string, blob: string) => versions.get(keyOf(path, blob)) ?? new Map();
    oldest = new Map([
      ...oldest,
      ...changes.flatMap(({ path, before: blob }) =>
        blob === undefined ? [] : [[path, { blob, version: versionsOf(path, blob) }] as const],
      ),
    ]);
    return (role, path, blob) => (blob === undefined ? [] : (versionsOf(path, blob).get(role) ?? []));
  };
}

type Versions = ReadonlyMap<Role, Version>;

function keyOf(path: string, blob: string): string {
  return `${blob} ${path}`;
}

/** Copies strings, so that they do not keep the whole texts of their files in memory. */
function createDetach(): (pins: readonly ImagePin[]) => readonly PlacedState[] {
  const words = new Map<string, string>();
  const detach = (word: string) => {
    const known = words.get(word) ?? structuredClone(word);
    words.set(known, known);
    return known;
  };
  return pins =>
    pins.map(placedState).map(({ image, file, locator, state }) => ({
      image,
      file: detach(file),
      locator: detach(locator),
      state: structuredClone(state),
    }));
}
