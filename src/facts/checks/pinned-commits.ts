import type { Environment } from '../../environments/environments.ts';
import type { CheckedCommit, CheckKind, CommitCheck } from '../../forges/commit-checks.ts';
import type { Head } from '../../git/repository.ts';
import type { Effects } from '../../run/effects.ts';
import type { PinningCommit } from '../../run/pinned-since.ts';
import { HISTORY_LIMIT } from '../../run/read-pins.ts';

/** Commits that are asked for one image: the newest ones, and the first ones since its digest was pinned. */
const NEWEST = 20;
const OLDEST = 10;

/** The commits of the environment's branch back to the one that pinned a digest, with their checks. */
export interface PinnedCommits {
  /** The reason why commits cannot be asked. */
  readonly refusal: { readonly reason: string; readonly hint: string } | undefined;
  /**
   * The commits from the head back to the newest of the given ones, newest first; `undefined` if none of
   * those was found. If there are many, the middle ones are left out and counted.
   */
  of(
    pinning: readonly PinningCommit[],
  ): { readonly commits: readonly AskedCommit[]; readonly left: number } | undefined;
}

/** A commit, asked once for each kind of check, for all images together. */
export interface AskedCommit {
  readonly commit: string;
  checks(kind: CheckKind): Promise<readonly CommitCheck[] | undefined>;
}

/** Lists the commits along first parents until each wanted list has one that was found. */
export async function readPinnedCommits(
  effects: Pick<Effects, 'forge'>,
  { deployment, name }: Environment,
  head: Head,
  wanted: readonly (readonly PinningCommit[])[],
): Promise<PinnedCommits> {
  if (wanted.length === 0) return { refusal: undefined, of: () => undefined };
  const forge = await effects.forge?.(deployment);
  if (forge?.checkedCommits === undefined) {
    const reason = `the deployment repository of ${name} is on no forge that can be asked`;
    const hint = 'set the token of its forge, or name the forge in deployments.forge';
    return { refusal: { reason, hint }, of: () => undefined };
  }
  const listed: AskedCommit[] = [];
  const left = new Set(wanted);
  for await (const one of forge.checkedCommits(head.commit)) {
    listed.push(asked(one));
    for (const pinning of left) if (pinning.some(({ commit }) => commit === one.commit)) left.delete(pinning);
    if (left.size === 0 || listed.length === HISTORY_LIMIT) break;
  }
  return {
    refusal: undefined,
    of: pinning => {
      const names = new Set(pinning.map(({ commit }) => commit));
      const end = listed.findIndex(({ commit }) => names.has(commit));
      if (end === -1) return undefined;
      const all = listed.slice(0, end + 1);
      if (all.length <= NEWEST + OLDEST) return { commits: all, left: 0 };
      const commits = [...all.slice(0, NEWEST), ...all.slice(-OLDEST)];
      return { commits, left: all.length - commits.length };
    },
  };
}

function asked(one: CheckedCommit): AskedCommit {
  const answers = new Map<CheckKind, Promise<readonly CommitCheck[] | undefined>>();
  return {
    commit: one.commit,
    checks: kind => {
      const answer = answers.get(kind) ?? one.checks(kind);
      answers.set(kind, answer);
      return answer;
    },
  };
}
