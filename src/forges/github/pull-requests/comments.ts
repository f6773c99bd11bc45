import { PromoteError } from '../../../errors.ts';
import { createBatch } from '../../api/batch.ts';
import type { ApprovalComments, Comment } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { person } from '../person.ts';
import { askMany } from './ask-many.ts';
import { createWriters } from './reviews.ts';

/** The most comments of one pull request. */
const MOST = 1000;
const PAGE = 100;

/**
 * Comments of pull requests' conversations; one request reads several conversations. GitHub shows when
 * anybody last edited a comment. Comments of Apps and of deleted accounts have no author.
 * https://docs.github.com/en/graphql/reference/objects#issuecomment
 */
export function openComments(github: GitHub): Omit<ApprovalComments, 'command'> {
  const canWrite = createWriters(github);
  const comments = createBatch(
    async (number: number) => await readComments(github, number),
    async numbers => {
      const asked = { what: 'comments', fields: `comments(first: ${PAGE}) { ${LISTED} }` };
      const answers = [...(await askMany<Answer>(github, asked, numbers))];
      const whole = answers.filter(([, answer]) => !answer.comments.pageInfo.hasNextPage);
      return new Map(whole.map(([number, answer]) => [number, answer.comments.nodes.map(commentOf)]));
    },
  );
  return {
    read: async ({ number }) => await comments(number),
    async writers(people) {
      const asked = people.filter(({ id }) => id !== '');
      const able = asked.map(async person => ((await canWrite(person)) ? [person.id] : []));
      return new Set((await Promise.all(able)).flat());
    },
  };
}

async function readComments(github: GitHub, number: number): Promise<readonly Comment[]> {
  const doing = `read the comments of #${number}`;
  const found: Comment[] = [];
  for (let after: string | null = null; ; ) {
    const { repository }: One = await github.graphql(doing, ONE, { ...github.place, number, after });
    const { nodes, pageInfo }: Listed = repository.pullRequest.comments;
    found.push(...nodes.map(commentOf));
    if (!pageInfo.hasNextPage) return found;
    if (found.length >= MOST) {
      throw new PromoteError('TOO_LARGE', `${doing} of ${github.name}: more than ${MOST}`, {
        hint: 'close the pull request: the next run opens another one',
      });
    }
    after = pageInfo.endCursor;
  }
}

interface One {
  readonly repository: { readonly pullRequest: Answer };
}

interface Answer {
  readonly comments: Listed;
}

interface Listed {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Node {
  readonly body: string;
  readonly createdAt: string;
  readonly lastEditedAt: string | null;
  readonly includesCreatedEdit: boolean;
  readonly url: string;
  readonly author: { readonly login: string; readonly databaseId?: number } | null;
}

function commentOf({ body, createdAt, lastEditedAt, includesCreatedEdit, url, author }: Node): Comment {
  const { login, databaseId: id } = author ?? {};
  return {
    // Apps and deleted accounts are no persons.
    author:
      id === undefined || login === undefined
        ? { ...person(null), name: login ?? 'ghost' }
        : person({ id, login }),
    text: body,
    isChanged: lastEditedAt !== null || includesCreatedEdit,
    at: new Date(createdAt),
    url,
  };
}

const LISTED = `nodes { body createdAt lastEditedAt includesCreatedEdit url author { login ... on User { databaseId } } }
pageInfo { hasNextPage endCursor }`;

const ONE = `query comments($owner: String!, $repo: String!, $number: Int!, $after: String) {
repository(owner: $owner, name: $repo) {
pullRequest(number: $number) { comments(first: ${PAGE}, after: $after) { ${LISTED} } }
} }`;
