import type { PullRequest } from '../../forge.ts';
import { person } from '../person.ts';

interface Account {
  readonly id: number;
  readonly login: string;
}

/** What GitHub shows of a pull request wherever it shows one. */
export interface Shown {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string | null;
  readonly draft?: boolean | undefined;
  readonly user: Account | null;
  readonly state: string;
  readonly created_at: string;
  readonly merged_at: string | null;
  readonly closed_at: string | null;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
  readonly labels: readonly { readonly name: string }[];
  readonly assignees?: readonly Account[] | null;
  readonly requested_reviewers?: readonly Account[] | null;
  readonly requested_teams?: readonly { readonly slug: string }[] | null;
}

/** GitHub's answer as a pull request. */
export function asPullRequest(shown: Shown): PullRequest {
  const ended = shown.merged_at ?? shown.closed_at;
  return {
    number: shown.number,
    url: shown.html_url,
    branch: shown.head.ref,
    base: shown.base.ref,
    head: shown.head.sha,
    state: stateOf(shown),
    title: shown.title,
    body: (shown.body ?? '').replaceAll('\r\n', '\n'),
    draft: shown.draft ?? false,
    author: person(shown.user),
    openedAt: new Date(shown.created_at),
    ...(ended !== null && { endedAt: new Date(ended) }),
  };
}

function stateOf({ merged_at, state }: Shown): PullRequest['state'] {
  if (merged_at !== null) return 'merged';
  return state === 'open' ? 'open' : 'closed';
}
