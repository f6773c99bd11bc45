import type { GitHub } from '../github.ts';
import { type GivenOpinion, VERDICTS } from './opinion.ts';

/** Of one pull request; beyond that its reviews are read by themselves. */
const MOST = 100;
/** Pull requests of one request: each review is a node, and GitHub allows half a million. */
const AT_ONCE = 100;

/**
 * Reads the reviews of many pull requests by one request for a hundred, with who may push; what is not whole is left out.
 * https://docs.github.com/en/graphql/reference/objects#pullrequestreview
 */
export async function manyReviews(
  github: GitHub,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, readonly GivenOpinion[]>> {
  const found = new Map<number, readonly GivenOpinion[]>();
  for (let start = 0; start < numbers.length; start += AT_ONCE) {
    const some = numbers.slice(start, start + AT_ONCE);
    const { repository } = await github.graphql<{ readonly repository: Answer }>(
      `read the reviews of ${some.length} pull requests`,
      queryFor(some),
      { ...github.place, request: { retries: 0 } },
    );
    for (const number of some) {
      const reviews = repository[`p${number}`]?.reviews;
      if (reviews === undefined || reviews.totalCount > reviews.nodes.length) continue;
      found.set(number, reviews.nodes.flatMap(opinionOf));
    }
  }
  return found;
}

type Answer = Readonly<Record<string, { readonly reviews: Reviews } | null>>;

interface Reviews {
  readonly totalCount: number;
  readonly nodes: readonly Node[];
}

interface Node {
  readonly state: string;
  readonly submittedAt: string | null;
  readonly url: string;
  readonly commit: { readonly oid: string } | null;
  readonly author: {
    readonly __typename: string;
    readonly login: string;
    readonly databaseId?: number;
  } | null;
  readonly authorCanPushToRepository: boolean;
}

function opinionOf(node: Node): readonly GivenOpinion[] {
  const { state, submittedAt, url, commit, author, authorCanPushToRepository: canWrite } = node;
  const verdict = VERDICTS.get(state);
  // Whoever is gone has no id there, and counts for nothing.
  if (verdict === undefined || author?.databaseId === undefined) return [];
  const name = author.__typename === 'Bot' ? `${author.login}[bot]` : author.login;
  const reviewer = { id: String(author.databaseId), name };
  const at = new Date(submittedAt ?? 0);
  return [{ reviewer, verdict, commit: commit?.oid, at, url, canWrite }];
}

function queryFor(numbers: readonly number[]): string {
  const fields = `reviews(first: ${MOST}) { totalCount nodes {
state submittedAt url commit { oid } authorCanPushToRepository
author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
} }`;
  const asked = numbers.map(number => `p${number}: pullRequest(number: ${number}) { ${fields} }`).join('\n');
  return `query reviews($owner: String!, $repo: String!) {
repository(owner: $owner, name: $repo) {
${asked}
} }`;
}
