import type { Json } from '../schemas/parts.ts';
import type { status, verifyEnvironment } from '../schemas/reading.ts';
import type { SiteCell, SiteData, SiteEvent, SiteHold, SiteImage, SiteState, SiteVerdict } from './data.ts';
import { siteEvents } from './events.ts';
import { siteGroups } from './groups.ts';
import type { PlannedGroups, SiteInput, SiteSource } from './input.ts';
import { problemsOf } from './problems.ts';
import { siteVerdict } from './verdicts.ts';

/**
 * The page's data. A public page leaves out people, reasons, vulnerabilities and addresses. Its allowed
 * fields are listed, so a new field does not become public by mistake.
 */
export function siteData(input: SiteInput, isPublic: boolean): SiteData {
  const { environments, status: pinned } = input;
  const events = environments
    .flatMap(source => siteEvents(source, isPublic))
    .sort((left, right) => compare(right.date, left.date));
  const newest = newestOf(events);
  const around = { environments, events, newest, isPublic };
  return {
    readAt: input.readAt.toISOString(),
    isPublic,
    isVerified: environments.some(({ verified }) => verified !== undefined),
    environments: environments.map(({ name, from, groups, failures }) => ({
      name,
      from: from ?? null,
      freeze: freezeOf(groups, isPublic),
      isRead:
        ![...pinned.failures, ...pinned.unread].some(({ environment }) => environment === name) &&
        failures.length === 0,
    })),
    images: pinned.images.map(row => imageOf(row, around)),
    events,
    groups: environments.flatMap(({ name, groups }) => siteGroups(name, groups, isPublic)),
    holds: pinned.holds.map(hold => holdOf(hold, isPublic)),
    problems: problemsOf(input).map(({ environment, text, hint }) =>
      isPublic ? { environment } : { environment, text, hint },
    ),
  };
}

/** The verdict of the gate `freeze` for a group that it closes; null if it closes none. */
function freezeOf(groups: PlannedGroups, isPublic: boolean): SiteVerdict | null {
  const said = groups
    .flatMap(({ group }) => group.verdicts)
    .find(({ gate, kind }) => gate === 'freeze' && kind !== 'open');
  return said === undefined ? null : siteVerdict(said, isPublic);
}

interface Around {
  readonly environments: readonly SiteSource[];
  readonly events: readonly SiteEvent[];
  readonly newest: ReadonlyMap<string, number>;
  readonly isPublic: boolean;
}

function imageOf({ image, cells }: Json<typeof status>['images'][number], around: Around): SiteImage {
  return {
    name: image,
    cells: cells.map((cell): SiteCell => {
      const { environment, pinned, relation } = cell;
      const { verified } = around.environments.find(({ name }) => name === environment) ?? {};
      const { isSound, faults } = soundness(verified, image);
      return {
        pinned: pinned.map(({ tag, digest }) => ({ tag, digest })),
        relation,
        ...originOf(image, cell, around),
        isSound,
        faults: around.isPublic ? [] : faults,
      };
    }),
  };
}

/** The origin of a cell: the newest change of its image, if that change set the present pins. */
function originOf(
  image: string,
  { environment, pinned, relation }: Json<typeof status>['images'][number]['cells'][number],
  { environments, events, newest }: Around,
): Pick<SiteCell, 'event' | 'before'> {
  if (relation === 'unread' || pinned.length === 0) return { event: null, before: null };
  const at = newest.get(keyOf(environment, image));
  if (at !== undefined) return { event: leaves(events[at], image, pinned) ? at : null, before: null };
  const source = environments.find(({ name }) => name === environment);
  const oldest = source?.isCut ? source.history.events.at(-1)?.date : undefined;
  return { event: null, before: oldest ?? null };
}

/** Whether each of these states is the result of the change. */
function leaves(event: SiteEvent | undefined, image: string, pinned: readonly SiteState[]): boolean {
  const after = (event?.changes ?? [])
    .filter(change => change.image === image)
    .flatMap(change => change.after);
  return pinned.every(({ tag, digest }) =>
    after.some(state => (digest === undefined ? state.tag === tag : state.digest === digest)),
  );
}

/** Whether an image is sound at all its targets; null without an answer. */
function soundness(
  verified: Json<typeof verifyEnvironment> | undefined,
  image: string,
): Pick<SiteCell, 'isSound' | 'faults'> {
  const of = <T extends { readonly image: string }>(all: readonly T[] = []) =>
    all.filter(one => one.image === image);
  const targets = of(verified?.targets);
  const faults = [
    ...targets.flatMap(({ repository, checks }) =>
      Object.values(checks).flatMap(({ state, problems }) =>
        state === 'bad' ? problems.map(problem => `${repository}: ${problem}`) : [],
      ),
    ),
    ...of(verified?.undigested).map(({ pin }) => `${pin} pins no digest: what runs there is not known`),
    ...of(verified?.unproven).map(({ reason }) => reason),
    ...of(verified?.pinnedWhileHeld).map(({ pins }) => `it is held, and pinned in ${pins.join(', ')}`),
  ];
  const isBad = faults.length > 0 || targets.some(({ sound }) => !sound);
  return { isSound: isBad ? false : targets.length === 0 ? null : true, faults };
}

/** The index of the newest event of each image in each environment. */
function newestOf(events: readonly SiteEvent[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const [index, { environment, changes }] of events.entries()) {
    for (const { image } of changes) {
      const key = keyOf(environment, image);
      if (!newest.has(key)) newest.set(key, index);
    }
  }
  return newest;
}

function holdOf(
  { environment, image, digest, since, until, reason, by }: SiteInput['status']['holds'][number],
  isPublic: boolean,
): SiteHold {
  const shown = { environment, image, digest, since, until };
  return isPublic ? shown : { ...shown, reason, by };
}

function keyOf(environment: string, image: string): string {
  return `${environment} ${image}`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
