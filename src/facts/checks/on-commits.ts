import { type CheckSource, OWN, type RequiredCheck } from '../../environments/gates/checks.ts';
import type { CommitCheck } from '../../forges/commit-checks.ts';
import type { CheckFinding } from '../../gates/judge-checks.ts';
import type { PinningCommit } from '../../run/pinned-since.ts';
import { matchesName } from '../../signing/trusted-signer.ts';
import type { AskedCommit, PinnedCommits } from './pinned-commits.ts';

/** Whether a check is reported on commits. */
export function isOnCommits({ what }: RequiredCheck): boolean {
  return what.kind === 'status' || what.kind === 'pipeline';
}

/**
 * Finds checks on the commits that pin a digest. The newest commit that has a check decides. Commits are
 * asked from the newest on, until all checks are found.
 */
export async function findOnCommits(
  required: readonly RequiredCheck[],
  pinned: PinnedCommits,
  pinning: readonly PinningCommit[],
): Promise<ReadonlyMap<RequiredCheck, CheckFinding>> {
  if (required.length === 0) return new Map();
  if (pinned.refusal !== undefined) return all(required, { kind: 'unreadable', ...pinned.refusal });
  const found = pinned.of(pinning);
  if (found === undefined) {
    const reason = 'the commits that were listed do not reach the one that pinned the digest';
    return all(required, { kind: 'unreadable', reason, hint: 'commit a newer build' });
  }
  const findings = new Map<RequiredCheck, CheckFinding>();
  const without = new Map<RequiredCheck, string>();
  for (const one of found.commits) {
    for (const check of required.filter(known => !findings.has(known))) {
      const finding = await findOn(check, one);
      if (finding?.kind === 'absent') without.set(check, without.get(check) ?? finding.said ?? '');
      else if (finding !== undefined) findings.set(check, finding);
    }
    if (findings.size === required.length) break;
  }
  const left =
    found.left === 0
      ? undefined
      : `${found.left} commits between were not looked at: only the newest and the first were`;
  for (const check of required.filter(known => !findings.has(known))) {
    const said = [without.get(check), left].filter(text => text !== undefined).join('; ');
    findings.set(check, { kind: 'absent', said: said === '' ? undefined : said });
  }
  return findings;
}

/** The result of a check on a commit: the worst of all whose names match; `undefined`: none matches. */
async function findOn(
  { what }: RequiredCheck,
  { commit, checks }: AskedCommit,
): Promise<CheckFinding | undefined> {
  if (what.kind !== 'status' && what.kind !== 'pipeline') return undefined;
  const reported = await checks(what.kind);
  if (reported === undefined) {
    const reason = 'the forge has no pipelines';
    return { kind: 'unreadable', reason, hint: 'name the check run or the commit status by `status`' };
  }
  const named = reported.filter(one => !one.name.startsWith(OWN) && matchesName(what.name, one.name));
  const fitting = named.filter(one => isBy(what, one));
  for (const state of WORST_FIRST) {
    const worst = fitting.filter(one => one.state === state);
    if (worst.length > 0) return { kind: KINDS[state], said: saidOf(what.name.kind, worst, commit) };
  }
  if (named.length === 0) return undefined;
  const by = [...new Set(named.map(({ app, user }) => app ?? user ?? 'nobody who is named'))];
  return { kind: 'absent', said: `on ${commit.slice(0, 7)}: reported by ${few(by)} instead` };
}

const WORST_FIRST = ['failed', 'pending', 'passed', 'none'] as const;
const KINDS = { failed: 'failed', pending: 'pending', passed: 'passed', none: 'absent' } as const;

function isBy(what: CheckSource, reported: CommitCheck): boolean {
  if (what.kind !== 'status') return true;
  const { app, user } = what;
  return (app === undefined || reported.app === app) && (user === undefined || reported.user === user);
}

/** The finding in words: `on 1a2b3c4: timed_out`. For a pattern it has the matching names too. */
function saidOf(kind: 'exact' | 'pattern', reported: readonly CommitCheck[], commit: string): string {
  const words = [...new Set(reported.map(({ name, said }) => (kind === 'exact' ? said : `${name} ${said}`)))];
  return `on ${commit.slice(0, 7)}: ${few(words)}`;
}

function few(words: readonly string[]): string {
  return `${words.slice(0, 3).join(', ')}${words.length > 3 ? ', …' : ''}`;
}

function all(
  required: readonly RequiredCheck[],
  finding: CheckFinding,
): ReadonlyMap<RequiredCheck, CheckFinding> {
  return new Map(required.map(check => [check, finding]));
}
