import canonicalize from 'canonicalize';
import { isActive, isOverride, type Override, readableEntries } from '../environments/holds/holds.ts';
import type { Forge, PullRequest } from '../forges/forge.ts';
import { allRequesters, type ReviewFacts } from '../gates/approvals.ts';
import type { OverrideFact } from '../gates/facts.ts';
import type { Digest } from '../oci/digest.ts';
import { holdGroup } from '../plan/groups.ts';
import { readPushes, readTheirPushes } from '../proposals/pushes.ts';
import { readHolds } from '../proposals/read-change.ts';
import { branchOf } from '../proposals/run.ts';
import type { Run } from '../run/run.ts';

/** The most overrides whose pull requests are read: nobody keeps track of more at a time. */
const MOST = 20;

/**
 * The overrides of the environment's freeze at the observed head of its branch, with the reviews of their
 * pull requests. An entry without its reviews opens nothing. Without entries nothing is read.
 */
export async function readOverrides(run: Run): Promise<ReadonlyMap<Digest, OverrideFact>> {
  const { environment, files, effects } = run;
  if (environment.gates.freeze?.override === undefined) return new Map();
  const now = effects.now();
  const active = readableEntries(files.holds)
    .filter(isOverride)
    .filter(one => one.environment === environment.name && isActive(one, now));
  const read = active.slice(-MOST).map(async override => {
    return [override.digest, { override, reviews: await readReviews(run, override) }] as const;
  });
  return new Map(await Promise.all(read));
}

async function readReviews(run: Run, override: Override): Promise<OverrideFact['reviews']> {
  const { forge, base } = run;
  if (forge === undefined) return unread('there are no pull requests in which it could be approved');
  const found = await forge.pullRequests.find(branchOf(run, holdGroup(override.image)), base.branch);
  if (found?.state !== 'merged')
    return unread(`it did not come by a pull request that promote hold --override freeze made`);
  return { kind: 'read', reviews: await factsOf(run, forge, found, override) };
}

function unread(reason: string): OverrideFact['reviews'] {
  return { kind: 'unread', reason };
}

async function factsOf(
  { environment, repository }: Run,
  forge: Forge,
  pullRequest: PullRequest,
  override: Override,
): Promise<ReviewFacts> {
  const reviews = await forge.pullRequests.reviews(pullRequest);
  const heads = await forge.heads(pullRequest);
  const own = readPushes(heads, await forge.viewer());
  const wanted = canonicalize(override);
  // A review counts for exactly this entry, whatever else the reviewed commit contains.
  const changeAt = async (commit: string) => {
    const entries = readableEntries(await readHolds(repository, commit));
    return entries.some(one => canonicalize(one) === wanted) ? ('plan' as const) : ('other' as const);
  };
  const commits = new Set([pullRequest.head, ...reviews.flatMap(({ commit }) => commit ?? [])]);
  const changes = new Map(
    await Promise.all([...commits].map(async commit => [commit, await changeAt(commit)] as const)),
  );
  const teams = reviews.length === 0 ? [] : (environment.gates.freeze?.override?.approval.teams ?? []);
  const members = teams.map(async team => [team, await forge.members(team)] as const);
  return {
    author: pullRequest.author,
    merged: pullRequest.url,
    head: changes.get(pullRequest.head) ?? 'other',
    unread: own.unread,
    requesters: allRequesters([[{ name: override.by }], own.requesters, readTheirPushes(heads).requesters]),
    reviews: reviews.map(({ reviewer, verdict, at, url, canWrite, commit }) => ({
      reviewer,
      verdict,
      at: at.toISOString(),
      url,
      canWrite,
      commit: commit ?? '',
      change: commit === undefined ? 'untold' : (changes.get(commit) ?? 'other'),
    })),
    members: new Map(await Promise.all(members)),
  };
}
