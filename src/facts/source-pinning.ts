import type { Environment } from '../environments/environments.ts';
import type { Head } from '../git/repository.ts';
import type { Candidate } from '../plan/candidates.ts';
import { decidingPins } from '../plan/pin-target.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import { builtFirst } from '../run/pinned-before.ts';
import { findPinnedSince, type PinnedDigest, type PinningCommit } from '../run/pinned-since.ts';
import { readPins } from '../run/read-pins.ts';
import { withRecords } from '../run/recorded-pins.ts';
import type { Run } from '../run/run.ts';

/** The commits since which the environment before pins a candidate's digest: one for each of its files. */
export type SourcePin =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly reason: string; readonly hint: string }
  | { readonly kind: 'pinned'; readonly own: PinnedDigest; readonly commits: readonly PinningCommit[] };

/** How the environment before pins candidates, at the head of its branch. */
export interface SourcePinning {
  readonly head: Head;
  readonly of: (candidate: Candidate) => SourcePin;
}

/** The results of a run by candidates: several gates use them, and are judged more than once. */
const read = new WeakMap<PinnedFiles, Map<string, Promise<SourcePinning>>>();

/** The key of a candidate in one source. */
export function keyIn({ name }: Environment, { image, digest }: Candidate): string {
  return `${name} ${image}@${digest}`;
}

/** Reads how the environment before pins the candidates' digests; its files and history are read once. */
export async function readSourcePinning(
  run: Run,
  source: Environment,
  candidates: readonly Candidate[],
): Promise<SourcePinning> {
  const known = read.get(run.files) ?? new Map<string, Promise<SourcePinning>>();
  read.set(run.files, known);
  const key = candidates
    .map(candidate => keyIn(source, candidate))
    .sort()
    .join('\n');
  const pinning = known.get(key) ?? readAll(run, source, candidates);
  known.set(key, pinning);
  return await pinning;
}

async function readAll(
  { effects, environments }: Run,
  source: Environment,
  candidates: readonly Candidate[],
): Promise<SourcePinning> {
  const files = await readPins({ effects, environments, environment: source });
  const whole = { effects, environments: files.environments, environment: source };
  const pins = await withRecords(whole, files.pins);
  const pinned = new Map(
    candidates.map(({ image, digest }): [string, PinnedDigest] => {
      const own = decidingPins(pins, image);
      const isThere = own.every(({ pin, recorded }) => (pin.digest ?? recorded ?? digest) === digest);
      return [image, { image, digest, pins: isThere ? own : [] }];
    }),
  );
  const wanted = [...pinned.values()].filter(one => one.pins.length > 0 && isWritten(one));
  const oldest = () => builtFirst(effects, candidates);
  const since = wanted.length === 0 ? new Map() : await findPinnedSince(files, source, wanted, { oldest });
  return {
    head: files.head,
    of: ({ image }) => {
      const own = pinned.get(image);
      if (own === undefined || own.pins.length === 0) return { kind: 'absent' };
      if (!isWritten(own)) return unwritten(own, source);
      const commits: readonly PinningCommit[] | undefined = since.get(image);
      return commits === undefined ? tooLong(source) : { kind: 'pinned', own, commits };
    },
  };
}

/** Whether the pinned digest is known: from the pins themselves, or from our records of their tags. */
function isWritten({ pins }: PinnedDigest): boolean {
  return pins.every(({ pin, recorded }) => pin.digest !== undefined || recorded !== undefined);
}

function unwritten({ pins }: PinnedDigest, { name }: Environment): SourcePin {
  const written = pins.find(({ pin, recorded }) => pin.digest === undefined && recorded === undefined);
  const where = written === undefined ? name : `${written.pin.file}:${written.pin.line}`;
  return {
    kind: 'unknown',
    reason: `${where} names a tag alone, so nobody knows since when it is this digest`,
    hint: `write pin: digest for ${name}, or promote into it with \`signing\` set`,
  };
}

function tooLong({ name }: Environment): SourcePin {
  return {
    kind: 'unknown',
    reason: `the history of ${name} that was read does not show since when it is pinned`,
    hint: 'fetch the whole history, or commit a newer build',
  };
}
