import { satisfies, valid } from 'semver';
import type { VersionGate, VersionScheme } from '../environments/gates/version.ts';
import { isPreRelease, tagScheme } from '../oci/tag-scheme.ts';
import { compareWithPinned } from './backward.ts';
import type { Gate, Verdict } from './gate.ts';

/** Closed where the build's version is of another scheme or outside the range, or not known to be newer than the pinned one. */
export const versionGate: Gate = {
  onRollback: 'warns',
  judge: (candidate, _, environment) => {
    const { version: gate } = environment.gates;
    if (gate === undefined) return undefined;
    const { builds, older, unordered } = compareWithPinned(candidate, environment);
    const outside =
      unlike(gate.scheme, builds) ??
      (gate.range === undefined ? undefined : outsideOf(gate, gate.range, builds));
    const reason = outside ?? (gate.monotonic ? (older ?? unordered) : undefined);
    if (reason !== undefined)
      return closed(reason, outside === undefined ? 'a newer build' : 'a build whose tag fits');
    return { kind: 'open', gate: 'version', reason: `${builds[0] ?? 'the build'} ${passedBy(gate)}` };
  },
};

function closed(reason: string, wanted: string): Verdict {
  const hint = `promote ${wanted}, or change \`gates.version\``;
  return { kind: 'closed', gate: 'version', reason, hint };
}

function passedBy({ range, scheme, monotonic }: VersionGate): string {
  if (range !== undefined) return `is within ${range}`;
  if (monotonic || scheme === undefined) return 'is not older than what is pinned';
  return `is ${SCHEMES[scheme].words}`;
}

/** What a tag of each scheme is, in words and as a test. */
const SCHEMES: Readonly<
  Record<VersionScheme, { readonly words: string; readonly is: (tag: string) => boolean }>
> = {
  semver: { words: 'a semantic version', is: tag => valid(tag) !== null },
  calendar: {
    words: 'a calendar version',
    is: tag => ['calendar', 'date', 'dashed-date'].includes(tagScheme(tag).kind),
  },
  refresh: { words: 'a version with an order', is: tag => tagScheme(tag).kind !== 'floating' },
};

/** Why none of the build's names is of the scheme. */
function unlike(scheme: VersionScheme | undefined, builds: readonly string[]): string | undefined {
  if (scheme === undefined || builds.some(SCHEMES[scheme].is)) return undefined;
  return `${builds[0] ?? 'the build, without a tag,'} is not ${SCHEMES[scheme].words}, and \`scheme: ${scheme}\` asks for one`;
}

/** Why none of the build's names is in the range. */
function outsideOf(
  { preReleases }: VersionGate,
  range: string,
  builds: readonly string[],
): string | undefined {
  const versions = builds.flatMap(build => semanticVersion(build) ?? []);
  const [version] = versions;
  if (version === undefined)
    return `${builds[0] ?? 'the build, without a tag,'} is no version, and ${range} is asked for`;
  if (versions.some(one => satisfies(one, range, { includePrerelease: preReleases }))) return undefined;
  const isEarly = !preReleases && versions.some(one => satisfies(one, range, { includePrerelease: true }));
  return isEarly
    ? `${version} is a pre-release, which \`preReleases: true\` would let pass`
    : `${version} is outside ${range}`;
}

/** The version that a tag names: `release-1.4-rc2` is 1.4.0-rc.2. Variants and builds of it count as the version. */
function semanticVersion(tag: string): string | undefined {
  const scheme = tagScheme(tag);
  if (scheme.kind !== 'version' && scheme.kind !== 'calendar') return undefined;
  const [major = 0n, minor = 0n, patch = 0n] = scheme.numbers;
  const early = scheme.counts.filter(({ kind }) => kind === 'pre-release');
  const words = isPreRelease(scheme) ? early.flatMap(({ word, numbers }) => [word, ...numbers]) : [];
  return `${major}.${minor}.${patch}${words.length === 0 ? '' : `-${words.join('.')}`}`;
}
