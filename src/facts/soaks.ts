import type { Environment } from '../environments/environments.ts';
import type { SoakFact } from '../gates/facts.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import { findRecord } from '../records/find.ts';
import type { EnvironmentBefore } from '../reports/image-details.ts';
import type { Effects } from '../run/effects.ts';
import type { PinningCommit } from '../run/pinned-since.ts';
import type { Run } from '../run/run.ts';
import { keyIn, readSourcePinning } from './source-pinning.ts';

type Read = (candidate: Candidate) => Promise<SoakFact | undefined>;

/** The facts of a run by image and digest, since its gates are judged more than once. */
const found = new WeakMap<PinnedFiles, Map<string, Promise<SoakFact>>>();

/**
 * Reads how long the environment before has pinned the candidates' digests. Its pins and history are read
 * once for all, and the times for each image. `soak`: the required time in milliseconds.
 */
export async function readSoaking(
  run: Run,
  source: Environment,
  soak: number,
  candidates: readonly Candidate[],
): Promise<Read> {
  const { files } = run;
  const known = found.get(files) ?? new Map<string, Promise<SoakFact>>();
  found.set(files, known);
  const fresh = candidates.filter(candidate => !known.has(keyIn(source, candidate)));
  const read = fresh.length === 0 ? undefined : await readAll(run, source, soak, fresh);
  return async candidate => {
    const fact = known.get(keyIn(source, candidate)) ?? read?.(candidate);
    if (fact !== undefined) known.set(keyIn(source, candidate), fact);
    return await fact;
  };
}

/** Since when the environment before has a candidate, by our record, else by the commits of its pins. */
export async function readBefore(
  run: Run,
  candidate: Candidate,
  source: Environment,
): Promise<EnvironmentBefore | undefined> {
  const recorded = await readRecord(run, source, candidate);
  const environment = source.name;
  if (recorded !== undefined) return { environment, since: new Date(recorded.time), shownBy: 'record' };
  const pinned = (await readSourcePinning(run, source, [candidate])).of(candidate);
  if (pinned.kind !== 'pinned') return undefined;
  const since = new Date(Math.max(...pinned.commits.map(({ date }) => date.getTime())));
  return { environment, since, shownBy: 'commit' };
}

async function readAll(
  run: Run,
  source: Environment,
  soak: number,
  candidates: readonly Candidate[],
): Promise<(candidate: Candidate) => Promise<SoakFact>> {
  const pinning = await readSourcePinning(run, source, candidates);
  const mergedAt = mergeTimes(run, source, pinning.head.branch, soak);
  const { running } = run.environment.gates.soak ?? {};
  const begins = running && (await (await import('./soak-begins.ts')).soakBegins(run, source, running));
  return async candidate => {
    const pinned = pinning.of(candidate);
    if (pinned.kind !== 'pinned') return pinned;
    const { own, commits } = pinned;
    // For a pin without a digest, only our record shows since when its tag names this digest.
    const byTag = own.pins.some(({ pin }) => pin.digest === undefined);
    const read = commits.map(async one => {
      const merged = await mergedAt(one);
      if (merged !== undefined && !byTag) return merged;
      const recorded = await recordedTime(run, source, candidate, one);
      return merged === undefined || recorded === undefined ? recorded : later(merged, recorded);
    });
    const times = (await Promise.all(read)).flatMap(time => time?.getTime() ?? []);
    // With several files, the youngest commit counts.
    if (times.length < commits.length) return unrecorded(source);
    const since = new Date(Math.max(...times));
    return begins === undefined ? { kind: 'pinned', since } : await begins(candidate, since);
  };
}

/** The most soaking commits whose merges are asked for; the gate waits for these anyway. */
const MOST_SOAKING = 50;

/** Asks the forge for the time of each commit's merge, once each. */
function mergeTimes({ effects }: Run, { deployment }: Environment, branch: string, soak: number) {
  const asked = new Map<string, Promise<Date | undefined>>();
  let forge: ReturnType<NonNullable<Effects['forge']>> | undefined;
  return async ({ commit, date }: PinningCommit) => {
    const soaks = date.getTime() + soak > effects.now().getTime();
    // A commit is merged no earlier than it was made, so by its own time the gate waits as well.
    if (soaks && asked.size >= MOST_SOAKING && !asked.has(commit)) return date;
    forge ??= effects.forge?.(deployment);
    const opened = forge;
    const time = asked.get(commit) ?? opened?.then(one => one?.mergedAt?.(commit, branch));
    if (time !== undefined) asked.set(commit, time);
    return await time;
  };
}

/** The later time of the commit and our record, since an author can choose the commit's time. */
async function recordedTime(
  run: Run,
  source: Environment,
  candidate: Candidate,
  { date }: PinningCommit,
): Promise<Date | undefined> {
  const record = await readRecord(run, source, candidate);
  return record && later(new Date(record.time), date);
}

async function readRecord(
  { effects }: Run,
  { name, signing }: Environment,
  { digest, source: { repository } }: Candidate,
) {
  if (signing === undefined) return undefined;
  const { trust } = await effects.signing(signing);
  const store = effects.store(repository);
  const referrers = await store.referrers(digest);
  return await findRecord({ store, referrers, digest, trust, environment: name, repository });
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}

function unrecorded({ name }: Environment): SoakFact {
  return {
    kind: 'unknown',
    reason: `nothing shows when ${name} came to pin it: no pull request that its forge knows, and no record`,
    hint: `promote into ${name} by pull request, or with \`signing\` set`,
  };
}
