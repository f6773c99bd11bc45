import { type ImageOrigin, sourceNames } from '../environments/image-origin.ts';
import type { HistoryEvent, ImageChange } from './history.ts';

/** The facts that an environment's delivery is measured by. */
export interface MeasuredHistory {
  readonly environment: string;
  /** Where the environment takes images from. */
  readonly from: ImageOrigin;
  /** The changes, newest first. */
  readonly events: readonly HistoryEvent[];
  /** When the last review of a promotion was given, by `image@digest`. */
  readonly approved: ReadonlyMap<string, Date>;
}

/** How images were delivered into an environment; all times are seconds. */
export interface Delivery {
  readonly environment: string;
  readonly promotions: number;
  /** How many promotions a rollback reverted. */
  readonly rolledBack: number;
  readonly rollbacks: number;
  /** From an image's build to its pin, one for each promotion. */
  readonly leadTimes: readonly number[];
  /** How many promotions are of images of unknown age. */
  readonly unknownLeadTimes: number;
  /** From the pin in the source environment to the last review. */
  readonly approvalWaits: readonly number[];
  /** From the promotion that was reverted last to its rollback. */
  readonly restoreTimes: readonly number[];
  /** Since when each image is pinned as it is. */
  readonly ages: readonly { readonly image: string; readonly seconds: number }[];
}

/** The time that counts, from `since` to `now`. */
export interface Window {
  readonly since: Date;
  readonly now: Date;
}

/** A change of one image, and the commit that made it. */
interface Change extends ImageChange {
  readonly commit: string;
  readonly date: Date;
}

/** Measures each environment. `built`: when images were built, by digest. */
export function measureDelivery(
  histories: readonly MeasuredHistory[],
  built: ReadonlyMap<string, Date>,
  window: Window,
): readonly Delivery[] {
  const first = new Map(histories.map(({ environment, events }) => [environment, firstPins(events)]));
  const anywhere = [...first.values()];
  return histories.map(({ environment, from, events, approved }) => {
    const all = changesOf(events);
    const recent = all.filter(({ date }) => date >= window.since && date <= window.now);
    const promotions = recent.filter(({ kind }) => kind === 'promotion');
    const rollbacks = recent.filter(({ kind }) => kind === 'rollback');
    const leadTimes = promotions.map(change => leadTime(change, built, anywhere));
    const known = leadTimes.filter(seconds => seconds !== undefined);
    const sourcePins = pinnedInSources(from, name => first.get(name));
    return {
      environment,
      promotions: promotions.length,
      rolledBack: promotions.filter(isReverted).length,
      rollbacks: rollbacks.length,
      leadTimes: known,
      unknownLeadTimes: leadTimes.length - known.length,
      approvalWaits: promotions.flatMap(change => approvalWait(change, approved, sourcePins)),
      restoreTimes: rollbacks.flatMap(rollback => restoreTime(rollback, all)),
      ages: agesOf(all, window.now),
    };
  });
}

function changesOf(events: readonly HistoryEvent[]): readonly Change[] {
  return events.flatMap(({ commit, date, images }) => images.map(change => ({ ...change, commit, date })));
}

/** Each image's digest, and when it was pinned first. */
function firstPins(events: readonly HistoryEvent[]): ReadonlyMap<string, Date> {
  const first = new Map<string, Date>();
  for (const change of changesOf(events)) for (const key of keysOf(change)) first.set(key, change.date);
  return first;
}

function keysOf({ image, after }: ImageChange): readonly string[] {
  return after.flatMap(({ digest }) => (digest === undefined ? [] : [`${image}@${digest}`]));
}

function leadTime(
  change: Change,
  built: ReadonlyMap<string, Date>,
  pins: readonly ReadonlyMap<string, Date>[],
): number | undefined {
  const begins = change.after
    .flatMap(({ digest = '' }) => built.get(digest) ?? [])
    .filter(date => date <= change.date);
  const pinned = keysOf(change)
    .flatMap(key => pins.flatMap(first => first.get(key) ?? []))
    .filter(date => date < change.date);
  const [begin] = (begins.length > 0 ? begins : pinned).toSorted((left, right) => +left - +right);
  return begin && secondsBetween(begin, change.date);
}

function approvalWait(
  change: Change,
  approved: ReadonlyMap<string, Date>,
  pinnedIn: (key: string) => Date | undefined,
): readonly number[] {
  return keysOf(change).flatMap(key => {
    const [from, to] = [pinnedIn(key), approved.get(key)];
    return from === undefined || to === undefined || to < from ? [] : [secondsBetween(from, to)];
  });
}

/** When all of the sources pinned the digest, or for `any` the first of them. */
function pinnedInSources(
  from: ImageOrigin,
  first: (environment: string) => ReadonlyMap<string, Date> | undefined,
): (key: string) => Date | undefined {
  const isAny = from.kind === 'environments' && from.need === 'any';
  const sources = sourceNames(from).map(first);
  return key => {
    const dates = sources.map(pins => pins?.get(key));
    const known = dates.filter(date => date !== undefined).toSorted((one, other) => +one - +other);
    return isAny || known.length === dates.length ? known.at(isAny ? 0 : -1) : undefined;
  };
}

function restoreTime({ image, commit, date }: Change, all: readonly Change[]): readonly number[] {
  const reverted = all.find(
    change => change.image === image && change.moves.some(({ undoneBy }) => undoneBy === commit),
  );
  return reverted === undefined ? [] : [secondsBetween(reverted.date, date)];
}

function isReverted({ moves }: ImageChange): boolean {
  return moves.some(({ undoneBy }) => undoneBy !== undefined);
}

function agesOf(all: readonly Change[], now: Date): Delivery['ages'] {
  const newest = new Map<string, Change>();
  for (const change of all) if (!newest.has(change.image)) newest.set(change.image, change);
  return [...newest.values()]
    .filter(({ after }) => after.length > 0)
    .map(({ image, date }) => ({ image, seconds: secondsBetween(date, now) }))
    .sort((left, right) => (left.image < right.image ? -1 : 1));
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 1000);
}
