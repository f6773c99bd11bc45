import type { Environment } from '../../environments/environments.ts';
import { checksFor } from '../../environments/gates/checks.ts';
import { environmentNamed } from '../../environments/locate.ts';
import type { ChecksAnswer } from '../../gates/facts.ts';
import { type CheckFinding, type FoundCheck, judgeChecks } from '../../gates/judge-checks.ts';
import { shortDigest } from '../../oci/digest.ts';
import type { Candidate } from '../../plan/candidates.ts';
import type { PinnedFiles } from '../../proposals/run.ts';
import type { Run } from '../../run/run.ts';
import { keyIn, readSourcePinning, type SourcePin, type SourcePinning } from '../source-pinning.ts';
import { findOnCommits, isOnCommits } from './on-commits.ts';
import { type PinnedCommits, readPinnedCommits } from './pinned-commits.ts';
import type { RolloutReader } from './rollout.ts';
import { readTestResults } from './test-results.ts';
import { readUrlCheck } from './url-check.ts';

type Read = (candidate: Candidate) => Promise<ChecksAnswer | undefined>;

/** The answers of a run by image and digest, since its gates are judged more than once. */
const known = new WeakMap<PinnedFiles, Map<string, Promise<ChecksAnswer>>>();

/**
 * Reads the checks that the environment requires, if any. Commits of the environment before, and their
 * statuses, are read once for all images. Test results and URLs are read for each image.
 */
export async function readChecks(run: Run, candidates: readonly Candidate[]): Promise<Read> {
  const { environments, environment, files } = run;
  const { from, gates } = environment;
  const asked = candidates.filter(({ image }) => checksFor(gates.checks, image).length > 0);
  if (from.kind !== 'environment' || asked.length === 0) return async () => undefined;
  const source = environmentNamed(environments, from.name);
  const answers = known.get(files) ?? new Map<string, Promise<ChecksAnswer>>();
  known.set(files, answers);
  const fresh = asked.filter(candidate => !answers.has(keyIn(source, candidate)));
  const read = fresh.length === 0 ? undefined : await readAll(run, source, fresh);
  return async candidate => {
    if (!asked.includes(candidate)) return undefined;
    const answer = answers.get(keyIn(source, candidate)) ?? read?.(candidate);
    if (answer !== undefined) answers.set(keyIn(source, candidate), answer);
    return await answer;
  };
}

async function readAll(
  run: Run,
  source: Environment,
  candidates: readonly Candidate[],
): Promise<(candidate: Candidate) => Promise<ChecksAnswer>> {
  const pinning = await readSourcePinning(run, source, candidates);
  const commits = await readCommits(run, source, pinning, candidates);
  let reading: Promise<RolloutReader> | undefined;
  const rollout = () => {
    reading ??= import('./rollout.ts').then(({ rolloutReader }) => rolloutReader(run, source));
    return reading;
  };
  return async candidate => {
    const required = checksFor(run.environment.gates.checks, candidate.image);
    const pinned = pinning.of(candidate);
    if (pinned.kind !== 'pinned') return unpinned(pinned, source, candidate);
    // All files pin the digest only since the youngest commit, so that one counts.
    const youngest = pinned.commits.reduce((one, other) => (other.date > one.date ? other : one));
    const { name: from } = source;
    const parts = {
      image: candidate.image,
      digest: candidate.digest,
      commit: youngest.commit,
      environment: from,
    };
    const onCommits = required.filter(isOnCommits);
    const reported = await findOnCommits(onCommits, commits, pinned.commits);
    const found = required.map(async (check): Promise<FoundCheck> => {
      const { what } = check;
      switch (what.kind) {
        case 'status':
        case 'pipeline':
          return { check, found: reported.get(check) ?? NOTHING };
        case 'test':
          return { check, found: await readTestResults(run.effects, candidate, what) };
        case 'url':
          return { check, found: await readUrlCheck(run.effects, what, parts) };
        case 'running':
          return { check, found: await (await rollout())(what, candidate) };
      }
    });
    return judgeChecks(await Promise.all(found), { ...youngest, from }, run.effects.now());
  };
}

const NOTHING: CheckFinding = { kind: 'absent', said: undefined };

/** The commits of the branch, if any check is reported on commits. */
async function readCommits(
  { effects, environment }: Run,
  source: Environment,
  { head, of }: SourcePinning,
  candidates: readonly Candidate[],
): Promise<PinnedCommits> {
  const wanted = candidates.flatMap(candidate => {
    const isAsked = checksFor(environment.gates.checks, candidate.image).some(isOnCommits);
    const pinned = isAsked ? of(candidate) : undefined;
    return pinned?.kind === 'pinned' ? [pinned.commits] : [];
  });
  return await readPinnedCommits(effects, source, head, wanted);
}

function unpinned(
  pinned: Exclude<SourcePin, { readonly kind: 'pinned' }>,
  { name }: Environment,
  { digest }: Candidate,
): ChecksAnswer {
  if (pinned.kind === 'unknown') return { ...pinned, kind: 'waiting' };
  const hint = `promote it to ${name} first`;
  return { kind: 'closed', reason: `${name} does not pin ${shortDigest(digest)}`, hint };
}
