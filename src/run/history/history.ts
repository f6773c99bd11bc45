import type { Environment, Environments } from '../../environments/environments.ts';
import { HOLDS_FILE, type Hold, isActive } from '../../environments/holds/holds.ts';
import { pushRepository } from '../../environments/locate.ts';
import type { PromoteError } from '../../errors.ts';
import { holdFacts } from '../../gates/hold.ts';
import { readFiles } from '../../git/read-files.ts';
import type { Head, Repository } from '../../git/repository.ts';
import { type HistoryEvent, history, type IsHeld, type PinCommit } from '../../plan/history.ts';
import { findRecord } from '../../records/find.ts';
import type { RecordedPromotion } from '../../reports/history.ts';
import { contain } from '../contain.ts';
import type { Effects } from '../effects.ts';
import { pinCommits } from './pin-commits.ts';

/** How much of a history is wanted. */
export interface HistoryRequest {
  /** Absent: any image. */
  readonly image?: string | undefined;
  /** The most events, newest first. Absent: all of them. */
  readonly limit?: number | undefined;
  /** Tells which digests are held: only a person pins those, so such a commit is no promotion. */
  readonly isHeld?: IsHeld | undefined;
}

/**
 * Commits that are read beyond the limit, to recognise rollbacks to older states. On a forge each costs one
 * or two requests.
 */
const LOOK_BACK = { least: 20, most: 100 };

/**
 * The environment's images at each commit of its files, newest first, read from Git alone. A limit ends the
 * reading soon after that many events.
 */
export async function readHistory(
  environments: Environments,
  environment: Environment,
  place: { readonly repository: Repository; readonly head: Head },
  { image, limit = Number.POSITIVE_INFINITY, isHeld }: HistoryRequest = {},
): Promise<readonly HistoryEvent[]> {
  const commits: PinCommit[] = [];
  const concerns = (change: { readonly image: string }) => image === undefined || change.image === image;
  const lookBack = Math.min(Math.max(2 * limit, LOOK_BACK.least), LOOK_BACK.most);
  const atOnce = limit + lookBack + 1;
  let found = 0;
  let beyond = 0;
  for await (const commit of pinCommits(environments, environment, place, atOnce)) {
    commits.push(commit);
    if (commit.moves.some(concerns)) found += 1;
    if (found > limit && ++beyond >= lookBack) break;
  }
  const events = history(environment.name, oldestFirst(commits), isHeld);
  if (image === undefined) return events.slice(0, limit);
  return events
    .map(event => ({ ...event, images: event.images.filter(concerns) }))
    .filter(({ images }) => images.length > 0)
    .slice(0, limit);
}

/** Yields the commits, oldest first, and removes them, so that a long history is not in memory twice. */
function* oldestFirst(newestFirst: PinCommit[]): Generator<PinCommit> {
  for (let commit = newestFirst.pop(); commit !== undefined; commit = newestFirst.pop()) yield commit;
}

/** The most images in a history whose records are read. */
export const MOST_RECORDS = 50;

/** The records that could be read, and the errors for others. */
export interface ReadRecords {
  readonly records: readonly RecordedPromotion[];
  readonly unread: readonly PromoteError[];
}

/**
 * The records of the events' promotions, if records are made, with source and approvals. Git has the events
 * themselves, so an unreadable registry or key only adds an error.
 */
export async function readHistoryRecords(
  effects: Effects,
  { images }: Environments,
  environment: Environment,
  events: readonly HistoryEvent[],
): Promise<ReadRecords> {
  const { signing, registries } = environment;
  const [registry] = registries;
  if (signing === undefined || registry === undefined) return { records: [], unread: [] };
  const opened = await contain(() => effects.signing(signing));
  if (opened.kind === 'failed') return { records: [], unread: [opened.error] };
  const { trust } = opened.value;
  const named = events.flatMap(({ images: changes, trailers: { plan } }) =>
    changes.flatMap(({ image, kind, after }) =>
      after.flatMap(({ digest }) =>
        kind === 'edit' || digest === undefined ? [] : [{ kind, image, digest, plan }],
      ),
    ),
  );
  const distinct = [
    ...new Map(
      named.map(entry => [`${entry.kind} ${entry.image}@${entry.digest} ${entry.plan}`, entry]),
    ).values(),
  ];
  const read = async ({ kind, image, digest, plan }: (typeof distinct)[number]) => {
    const known = images.find(({ name }) => name === image);
    if (known === undefined) return [];
    const repository = pushRepository(registry, known);
    const store = effects.store(repository);
    const referrers = await store.referrers(digest);
    const search = { store, referrers, digest, trust, environment: environment.name, repository, kind };
    const planned = plan === undefined ? undefined : await findRecord({ ...search, planDigest: plan });
    const record = planned ?? (await findRecord(search));
    if (record === undefined) return [];
    const approvals = record.approvals.map(({ name }) => name);
    const approvedAt = record.approvals
      .flatMap(given => ('at' in given ? given.at : []))
      .sort()
      .at(-1);
    const { pullRequestUrl, runUrl, time } = record;
    const verdicts = record.verdicts.map(verdict => {
      const { gate, kind: answer, reason } = verdict;
      return { gate, kind: answer, reason };
    });
    const carriedOut = { approvals, approvedAt, verdicts, pullRequestUrl, runUrl, time };
    return [{ kind, image, digest, from: record.environment.from, plan: record.planDigest, ...carriedOut }];
  };
  const outcomes = await Promise.all(
    distinct.slice(0, MOST_RECORDS).map(entry => contain(() => read(entry))),
  );
  const unread = outcomes.flatMap(outcome => (outcome.kind === 'failed' ? outcome.error : []));
  return { records: outcomes.flatMap(outcome => (outcome.kind === 'done' ? outcome.value : [])), unread };
}

/** Since when digests are held, from the environment's holds file, or why it cannot be read. */
export async function readHeldSince(
  environment: Environment,
  { repository, head }: { readonly repository: Repository; readonly head: Head },
): Promise<HeldSince> {
  const texts = await readFiles(repository, head.commit, path => path === HOLDS_FILE);
  const facts = holdFacts(environment, texts.get(HOLDS_FILE));
  if (facts.kind === 'unreadable') return { isHeld: () => true, unread: facts.reason };
  return { isHeld: heldBy(facts.holds) };
}

/** Where the holds are unread, any digest may be held: only what a commit says makes it a promotion then. */
export interface HeldSince {
  readonly isHeld: IsHeld;
  readonly unread?: string | undefined;
}

/** Whether a hold applied when a commit was made. Its time is rounded down, so a commit in that second is earlier. */
export function heldBy(
  holds: readonly Pick<Hold, 'image' | 'digest' | 'since' | 'until' | 'lifted'>[],
): IsHeld {
  return (image, digest, at) =>
    holds.some(({ lifted, ...hold }) => {
      if (hold.image !== image || hold.digest !== digest) return false;
      const isLifted = lifted !== undefined && at.getTime() >= Date.parse(lifted.since);
      const isAfter = at.getTime() >= Date.parse(hold.since) + 1000;
      return isAfter && !isLifted && isActive(hold, at);
    });
}
