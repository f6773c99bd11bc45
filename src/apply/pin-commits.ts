import type { Environment, Environments } from '../environments/environments.ts';
import { environmentNamed, ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Head, HistoryEntry, Repository } from '../forges/repository.ts';
import type { PinCommit } from '../plan/history.ts';
import { pinReader } from '../plan/image-pins.ts';
import { pinMoves } from '../plan/pin-moves.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import { deploymentKey } from './read-pins.ts';

/** File versions that are read at once. */
const BATCH = 500;

/** Pins that are remembered: each version is used twice, as what a commit made and as what the next one met. */
const REMEMBERED = 200_000;

/**
 * Streams the commits that touched the environment's files, newest first, with what they did to its pins and to those
 * of its source environment, where one branch holds both. Every version of a file is parsed once.
 */
export async function* pinCommits(
  environments: Environments,
  environment: Environment,
  { repository, head }: { readonly repository: Repository; readonly head: Head },
): AsyncGenerator<PinCommit> {
  const ownerOf = fileOwners(environments, environment);
  const pins = createVersions(environments, repository);
  let pending: HistoryEntry[] = [];
  let count = 0;
  for await (const entry of repository.history(head.commit, path => ownerOf(path) !== 'nobody')) {
    pending.push(entry);
    count += entry.changes.length;
    if (count < BATCH) continue;
    yield* await readCommits(pending, pins, ownerOf);
    [pending, count] = [[], 0];
  }
  yield* await readCommits(pending, pins, ownerOf);
}

type Owner = 'environment' | 'source' | 'nobody';

type Change = HistoryEntry['changes'][number];

/** A file at one commit: its pins, or that it cannot be read. */
type Version = readonly ImagePin[] | 'unreadable';

interface Versions {
  load(changes: readonly Change[]): Promise<void>;
  of(path: string, blob: string | undefined): Version;
}

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

async function readCommits(
  entries: readonly HistoryEntry[],
  versions: Versions,
  ownerOf: (path: string) => Owner,
): Promise<readonly PinCommit[]> {
  await versions.load(entries.flatMap(({ changes }) => changes));
  return entries.map(({ commit, date, author, message, changes }) => {
    const unreadable: string[] = [];
    const movesIn = (owner: Owner) =>
      changes
        .filter(({ path }) => ownerOf(path) === owner)
        .flatMap(({ path, before, after }) => {
          const [old, now] = [versions.of(path, before), versions.of(path, after)];
          if (old === 'unreadable' || now === 'unreadable') unreadable.push(path);
          return pinMoves(old === 'unreadable' ? [] : old, now === 'unreadable' ? [] : now);
        });
    const source = movesIn('source').flatMap(({ image, after }) =>
      after?.digest === undefined ? [] : [{ image, digest: after.digest }],
    );
    return { commit, date, author, message, moves: movesIn('environment'), source, unreadable };
  });
}

function createVersions(environments: Environments, repository: Repository): Versions {
  const read = pinReader(environments);
  const parsed = new Map<string, Version>();
  let held = 0;
  const keyOf = (path: string, blob: string) => `${blob} ${path}`;

  function remember(path: string, blob: string, text: string): void {
    const version = parse(path, text);
    parsed.set(keyOf(path, blob), version);
    held += 1 + version.length;
  }

  function parse(path: string, text: string): Version {
    try {
      return detached(read(path, text));
    } catch (error) {
      if (error instanceof PromoteError && (error.code === 'INVALID' || error.code === 'TOO_LARGE'))
        return 'unreadable';
      throw error;
    }
  }

  return {
    async load(changes) {
      if (held > REMEMBERED) {
        parsed.clear();
        held = 0;
      }
      const wanted = changes.flatMap(({ path, before, after }) =>
        [before, after].flatMap(blob =>
          blob === undefined || parsed.has(keyOf(path, blob)) ? [] : [[path, blob] as const],
        ),
      );
      const texts = await repository.read([...new Set(wanted.map(([, blob]) => blob))]);
      for (const [path, blob] of wanted) {
        if (!parsed.has(keyOf(path, blob))) remember(path, blob, texts.get(blob) ?? '');
      }
    },
    of: (path, blob) => (blob === undefined ? [] : (parsed.get(keyOf(path, blob)) ?? [])),
  };
}

/** A copy that shares no characters with the text it was read from, which would be kept for the sake of a few. */
function detached(pins: readonly ImagePin[]): readonly ImagePin[] {
  return pins.length === 0 ? pins : structuredClone(pins);
}
