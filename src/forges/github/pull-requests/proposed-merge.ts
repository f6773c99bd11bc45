import { setTimeout } from 'node:timers/promises';
import { isRefusal } from '../../api/refusal.ts';
import type { ProposedMerge } from '../../forge.ts';
import type { GitHub } from '../github.ts';

/** Waits for GitHub's test merge, in milliseconds between requests. */
const WAITS = [1_000, 2_000, 4_000];

/**
 * An open pull request from any repository, with GitHub's test merge; `undefined` where none is open. Until
 * that merge is made, `mergeable` is null: https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
 */
export async function proposedMerge(
  github: GitHub,
  number: number,
  pause: (milliseconds: number) => Promise<unknown> = setTimeout,
): Promise<ProposedMerge | undefined> {
  for (const wait of [...WAITS, undefined]) {
    const shown = await readPull(github, number);
    if (shown === undefined || shown.state !== 'open') return undefined;
    if (shown.mergeable === null && wait !== undefined) {
      await pause(wait);
      continue;
    }
    const { head, base, html_url: url, merge_commit_sha: commit } = shown;
    const isMade = shown.mergeable === true && typeof commit === 'string';
    return {
      number,
      url,
      branch: head.ref,
      isOwn: head.repo?.id === base.repo.id,
      base: base.ref,
      head: head.sha,
      conflicts: shown.mergeable === false,
      merge: isMade ? { before: await firstParent(github, commit), after: commit } : undefined,
    };
  }
  return undefined;
}

async function readPull(github: GitHub, number: number) {
  try {
    return await github.ask(`read pull request #${number}`, ({ rest }) =>
      rest.pulls.get({ ...github.place, pull_number: number }),
    );
  } catch (error) {
    if (isRefusal(error, 404)) return undefined;
    throw error;
  }
}

/** The base that GitHub merged into; the base branch may have moved since. */
async function firstParent(github: GitHub, commit: string): Promise<string> {
  const { parents } = await github.ask(`read the merge ${commit}`, ({ rest }) =>
    rest.git.getCommit({ ...github.place, commit_sha: commit }),
  );
  return parents[0]?.sha ?? commit;
}
