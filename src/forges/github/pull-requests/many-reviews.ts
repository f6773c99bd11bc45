import type { GitHub } from '../github.ts';
import { askMany } from './ask-many.ts';
import { type GivenOpinion, VERDICTS } from './opinion.ts';

/** The most reviews of one pull request; where there are more, it gets requests of its own. */
const MOST = 100;

/**
 * Reads the reviews of many pull requests, a hundred of these a request, with who may push. Incomplete ones
 * are left out. https://docs.github.com/en/graphql/reference/objects#pullrequestreview
 */
export async function manyReviews(
  github: GitHub,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, readonly GivenOpinion[]>> {
  const answers = await askMany<Answer>(github, { what: 'reviews', fields: FIELDS }, numbers);
  const whole = [...answers].filter(([, { reviews }]) => reviews.totalCount <= reviews.nodes.length);
  return new Map(whole.map(([number, { reviews }]) => [number, reviews.nodes.flatMap(opinionOf)]));
}

interface Answer {
  readonly reviews: { readonly totalCount: number; readonly nodes: readonly Node[] };
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
  // A deleted account has no id there, and its review does not count.
  if (verdict === undefined || author?.databaseId === undefined) return [];
  const name = author.__typename === 'Bot' ? `${author.login}[bot]` : author.login;
  const reviewer = { id: String(author.databaseId), name };
  const at = new Date(submittedAt ?? 0);
  return [{ reviewer, verdict, commit: commit?.oid, at, url, canWrite }];
}

const FIELDS = `reviews(first: ${MOST}) { totalCount nodes {
state submittedAt url commit { oid } authorCanPushToRepository
author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
} }`;
