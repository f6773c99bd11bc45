import type { Environment, Environments } from '../../environments/environments.ts';
import { deploymentKey, environmentNamed, ownsFile } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { Head, HistoryEntry, Repository } from '../../git/repository.ts';
import type { PinCommit } from '../../plan/history.ts';
import { pinReader } from '../../plan/image-pins.ts';
import { type PlacedState, pinMoves, placedState } from '../../plan/pin-moves.ts';
import type { ImagePin } from '../../plan/snapshot.ts';

/** The most file versions that are read at once. */
const BATCH = 500;

/**
 * Streams the commits that touched the environment's files, newest first, with their changes to its pins and, on the
 * same branch, to those of its source environment. About `atOnce` changes of files are read at a time.
 */
export async function* pinCommits(
  environments: Environments,
  environment: Environment,
  { repository, head }: { readonly repository: Repository; readonly head: Head },
  atOnce = BATCH,
): AsyncGenerator<PinCommit> {
  const ownerOf = fileOwners(environments, environment);
  const readVersions = createVersions(environments, repository);
  let pending: HistoryEntry[] = [];
  let count = 0;
  for await (const entry of repository.history(head.commit, path => ownerOf(path) !== 'nobody')) {
    pending.push(entry);
    count += entry.changes.length;
    if (count < Math.min(atOnce, BATCH)) continue;
    yield* await readBatch(pending);
    [pending, count] = [[], 0];
  }
  yield* await readBatch(pending);

  async function readBatch(entries: readonly HistoryEntry[]): Promise<readonly PinCommit[]> {
    const versionOf = await readVersions(entries);
    return entries.map(entry => toPinCommit(entry, versionOf, ownerOf));
  }
}

type Owner = 'environment' | 'source' | 'nobody';

/** A file's pins in one commit, or that it cannot be read. */
type Version = readonly PlacedState[] | 'unreadable';

/** Looks up the version of a file by its blob. */
type VersionOf = (path: string, blob: string | undefined) => Version;

function fileOwners({ environments }: Environments, environment: Environment): (path: string) => Owner {
  const { from } = environment;
  const before =
    from.kind === 'build' ? undefined : environmentNamed({ images: [], environments }, from.name);
  const source = before && deploymentKey(before) === deploymentKey(environment) ? before : undefined;
  const known = new Map<string, Owner>();
  return path => {
    const owner =
      known.get(path) ??
      (ownsFile(environment, path) ? 'environment' : source && ownsFile(source, path) ? 'source' : 'nobody');
    known.set(path, owner);
    return owner;
  };
}

function toPinCommit(
  { commit, date, author, message, changes }: HistoryEntry,
  versionOf: VersionOf,
  ownerOf: (path: string) => Owner,
): PinCommit {
  const unreadable: string[] = [];
  const movesIn = (owner: Owner) =>
    changes
      .filter(({ path }) => ownerOf(path) === owner)
      .flatMap(({ path, before, after }) => {
        const [old, now] = [versionOf(path, before), versionOf(path, after)];
        if (old === 'unreadable' || now === 'unreadable') unreadable.push(path);
        return pinMoves(old === 'unreadable' ? [] : old, now === 'unreadable' ? [] : now);
      });
  const source = movesIn('source').flatMap(({ image, after }) =>
    after?.digest === undefined ? [] : [{ image, digest: after.digest }],
  );
  return { commit, date, author, message, moves: movesIn('environment'), source, unreadable };
}

/** Reads the versions that a batch of commits needs, and keeps those that earlier commits will need again. */
function createVersions(
  environments: Environments,
  repository: Repository,
): (entries: readonly HistoryEntry[]) => Promise<VersionOf> {
  const { imagePins: read } = pinReader(environments);
  const detached = createDetach();
  /** Each file before the oldest commit that was read: the next older commit that touches it made this version. */
  let oldest = new Map<string, { readonly blob: string; readonly version: Version }>();

  function parse(path: string, text: string): Version {
    try {
      return detached(read(path, text));
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
    const texts = await repository.read([...new Set(wanted.map(({ blob }) => blob))]);
    for (const { path, blob } of wanted) {
      if (!versions.has(keyOf(path, blob)))
        versions.set(keyOf(path, blob), parse(path, texts.get(blob) ?? ''));
    }
    const versionOf: VersionOf = (path, blob) =>
      blob === undefined ? [] : (versions.get(keyOf(path, blob)) ?? []);
    oldest = new Map([
      ...oldest,
      ...changes.flatMap(({ path, before: blob }) =>
        blob === undefined ? [] : [[path, { blob, version: versionOf(path, blob) }] as const],
      ),
    ]);
    return versionOf;
  };
}

function keyOf(path: string, blob: string): string {
  return `${blob} ${path}`;
}

/** Copies strings, so that they do not keep the whole texts they were read from in memory. */
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
