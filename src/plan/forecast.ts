/** What a registry says of how many manifests may be pulled. */
interface PullLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds. */
  readonly window: number;
}

/** One registry's part in a plan. */
export interface RegistryLoad {
  readonly registry: string;
  /** The requests of one run without shards. */
  readonly requests: number;
  /** The requests of the last run after shards, which walks each image again, records it and tags it. */
  readonly ending: number;
  /** Manifests that are pulled, which is what limits count. */
  readonly pulls: number;
  /** Requests under way at a time. */
  readonly width: number;
  readonly limit?: PullLimit | undefined;
}

/** The size of a plan. */
export interface Load {
  readonly images: number;
  /** Bytes that are not at their targets yet. */
  readonly bytes: number;
  readonly registries: readonly RegistryLoad[];
  readonly groups: number;
  /** Whether each image is a group of its own. */
  readonly groupsGrow: boolean;
  /** Absent: no forge is asked. */
  readonly forge: 'github' | 'other' | undefined;
}

/** The assumptions of a forecast that no plan shows. */
export interface Pace {
  /** Milliseconds of one request. */
  readonly latency: number;
  /** The speed of one machine's network. */
  readonly bytesPerSecond: number;
}

/** What carrying out a plan needs, and how long it takes by the number of machines. */
export interface Forecast extends Pick<Load, 'images' | 'bytes'> {
  readonly pace: Pace;
  /** About how many requests, by registry. */
  readonly requests: readonly {
    readonly registry: string;
    readonly requests: number;
    readonly ending: number;
  }[];
  readonly forgeRequests: number;
  readonly times: readonly Time[];
  readonly limits: readonly Limit[];
}

interface Time {
  readonly shards: number;
  readonly seconds: number;
  /** The part of `seconds` that the last run takes; before it nothing has a tag. */
  readonly ending: number;
}

interface Limit {
  readonly kind: 'exceeded' | 'kept' | 'unknown';
  readonly text: string;
}

/** A request of a network within one region, and a machine of a common CI. */
const PACE: Pace = { latency: 20, bytesPerSecond: 100_000_000 };
const SHARDS = [1, 2, 4, 8, 16, 32];
/** Requests to the forge for one group's commit or pull request, as tests count them. */
const EACH_GROUP = 14;
/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const GITHUB_JOB = 1_000;

/** The load for another number of images, from the averages of this one. */
export function scaledLoad(load: Load, images: number): Load {
  if (load.images === 0) return load;
  const times = (count: number) => Math.ceil((count * images) / load.images);
  return {
    ...load,
    images,
    bytes: times(load.bytes),
    groups: load.groupsGrow ? times(load.groups) : load.groups,
    registries: load.registries.map(({ requests, ending, pulls, ...each }) => ({
      ...each,
      requests: times(requests),
      ending: times(ending),
      pulls: times(pulls),
    })),
  };
}

/** Predicts requests, bytes, limits and times; a limit that is not known is named as such. */
export function forecast(load: Load, pace: Pace = PACE): Forecast {
  const { images, bytes, registries, groups, forge } = load;
  const forgeRequests = forge === undefined ? 0 : groups * EACH_GROUP;
  return {
    images,
    bytes,
    pace,
    requests: registries.map(({ registry, requests, ending }) => ({ registry, requests, ending })),
    forgeRequests,
    times: SHARDS.map(shards => timeOf(load, pace, shards)),
    limits: [...registries.map(pullLimit), ...(forge === 'github' ? [githubLimit(forgeRequests)] : [])],
  };
}

function timeOf({ registries, bytes }: Load, { latency, bytesPerSecond }: Pace, shards: number): Time {
  const longest = (count: (each: RegistryLoad) => number) =>
    Math.max(0, ...registries.map(each => (count(each) * latency) / 1000 / each.width));
  const whole = Math.max(
    longest(({ requests }) => requests),
    bytes / bytesPerSecond,
  );
  const ending = longest(each => each.ending);
  if (shards === 1) return { shards, seconds: Math.ceil(whole), ending: Math.ceil(Math.min(whole, ending)) };
  return { shards, seconds: Math.ceil(whole / shards + ending), ending: Math.ceil(ending) };
}

function pullLimit({ registry, pulls, limit }: RegistryLoad): Limit {
  if (limit === undefined) return { kind: 'unknown', text: `${registry} names no limit of pulls` };
  const { limit: most, remaining, window } = limit;
  const text = `${registry} lets ${most} manifests be pulled in ${span(window)}, ${remaining} of them now; this pulls ${pulls}`;
  if (pulls <= remaining) return { kind: 'kept', text };
  const windows = Math.ceil((pulls - remaining) / Math.max(1, most));
  return { kind: 'exceeded', text: `${text}, which takes ${span(windows * window)} more or a higher limit` };
}

function githubLimit(requests: number): Limit {
  const text = `GitHub lets a job's token make ${GITHUB_JOB} requests an hour; this makes about ${requests}`;
  if (requests <= GITHUB_JOB) return { kind: 'kept', text };
  return { kind: 'exceeded', text: `${text}: act as a GitHub App, or put the images into fewer groups` };
}

function span(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${Math.ceil(seconds / 60)} min`;
}
