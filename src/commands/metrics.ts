import pLimit from 'p-limit';
import type { Environment, Environments } from '../environments/environments.ts';
import { HOLDS_CURE } from '../environments/holds/holds.ts';
import { environmentNamed, imageNamed, pushRepository } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { readBuildTime } from '../images/facts.ts';
import { type MeasuredHistory, measureDelivery } from '../plan/delivery.ts';
import type { HistoryEvent } from '../plan/history.ts';
import type { Measured } from '../reports/open-metrics.ts';
import { contain } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { readHeldSince, readHistory, readHistoryRecords } from '../run/history/history.ts';
import { observeHead } from '../run/read-pins.ts';

/** The request for measures. */
export interface MetricsRequest {
  /** The environments; empty: all. */
  readonly names: readonly string[];
  readonly days: number;
  /** The most commits of each environment's history. */
  readonly limit: number;
}

/** The measures, and the errors by environment. */
export interface MetricsResult {
  readonly measured: Measured;
  readonly failures: readonly { readonly environment: string; readonly error: PromoteError }[];
}

/** Images whose build time is read at a time. */
const AT_ONCE = 8;
const DAY = 86_400_000;

/** Measures how images were delivered, from Git's history, records and the images themselves. */
export async function measureEnvironments(
  effects: Effects,
  environments: Environments,
  { names, days, limit }: MetricsRequest,
): Promise<MetricsResult> {
  const now = effects.now();
  const since = new Date(now.getTime() - days * DAY);
  const wanted = new Set(names.map(name => environmentNamed(environments, name).name));
  const isWanted = ({ environment }: { readonly environment: string }) =>
    wanted.size === 0 || wanted.has(environment);
  const histories: MeasuredHistory[] = [];
  const built = new Map<string, Date>();
  const failures: MetricsResult['failures'][number][] = [];
  // An image may be pinned first in an environment that is not wanted, so all are read, one by one.
  for (const environment of environments.environments) {
    const { name: of } = environment;
    const read = await contain(() =>
      readOne(effects, environments, environment, {
        limit,
        since,
        withRecords: isWanted({ environment: of }),
      }),
    );
    if (read.kind === 'failed') {
      failures.push({ environment: of, error: read.error });
      continue;
    }
    histories.push(read.value);
    if (!isWanted({ environment: of })) continue;
    const recent = read.value.events.filter(({ date }) => date >= since);
    for (const [digest, at] of await buildTimes(effects, environments, environment, recent))
      built.set(digest, at);
  }
  const whole = new Map(
    histories.map(({ environment, events }) => [environment, isWhole(events, limit, since)]),
  );
  const measures = measureDelivery(histories, built, { since, now }).filter(isWanted);
  return {
    measured: {
      days,
      environments: measures.map(one => ({ ...one, isWhole: whole.get(one.environment) === true })),
    },
    // Errors of other environments count too, since an image's first pin may be there.
    failures,
  };
}

/** Whether the history of the whole period was read. */
function isWhole(events: readonly HistoryEvent[], limit: number, since: Date): boolean {
  const oldest = events.at(-1);
  return events.length < limit || (oldest !== undefined && oldest.date < since);
}

interface Reading {
  readonly limit: number;
  readonly since: Date;
  /** Whether records are read for the times of reviews; otherwise only pins count. */
  readonly withRecords: boolean;
}

async function readOne(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  { limit, since, withRecords }: Reading,
): Promise<MeasuredHistory> {
  const { name, from } = environment;
  const place = await observeHead(effects, environment);
  const { isHeld, unread: unreadHolds } = await readHeldSince(environment, place);
  if (unreadHolds !== undefined) throw new PromoteError('CONFIGURATION', unreadHolds, { hint: HOLDS_CURE });
  const events = await readHistory(environments, environment, place, { limit, isHeld });
  const recent = events.filter(({ date }) => date >= since);
  const { records, unread } = withRecords
    ? await readHistoryRecords(effects, environments, environment, recent)
    : { records: [], unread: [] };
  for (const error of unread) throw error;
  const approved = records.flatMap(({ kind, image, digest, approvedAt }) =>
    kind !== 'promotion' || approvedAt === undefined
      ? []
      : [[`${image}@${digest}`, new Date(approvedAt)] as const],
  );
  return {
    environment: name,
    from,
    events,
    approved: new Map(approved),
  };
}

/** The build times that the images of promotions state, by digest. */
async function buildTimes(
  effects: Effects,
  environments: Environments,
  { registries: [registry] }: Environment,
  events: readonly HistoryEvent[],
): Promise<readonly (readonly [string, Date])[]> {
  if (registry === undefined) return [];
  const promoted = events
    .flatMap(({ images }) => images)
    .filter(({ kind }) => kind === 'promotion')
    .flatMap(({ image, after }) => after.flatMap(({ digest }) => (digest ? [{ image, digest }] : [])));
  const distinct = [...new Map(promoted.map(entry => [entry.digest, entry])).values()];
  const limit = pLimit(AT_ONCE);
  const read = distinct.map(({ image, digest }) =>
    limit(async () => {
      const store = effects.store(pushRepository(registry, imageNamed(environments, image)));
      const created = await readBuildTime(store, digest);
      return created === undefined ? [] : [[digest, new Date(created)] as const];
    }),
  );
  return (await Promise.all(read)).flat();
}
