import { PromoteError } from '../../../errors.ts';
import { isRefusal } from '../../api/refusal.ts';
import type { PullRequest, Review } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { person } from '../person.ts';

const MOST = 1000;
const VERDICTS: ReadonlyMap<string, Review['verdict']> = new Map([
  ['APPROVED', 'approved'],
  ['CHANGES_REQUESTED', 'changes-requested'],
  ['DISMISSED', 'dismissed'],
]);
const WRITERS = new Set(['admin', 'maintain', 'write']);

/** Every review of a pull request, oldest first; throws `TOO_LARGE` where there are more than a thousand. */
export async function listReviews(github: GitHub, number: number) {
  const reviews = await github.pages(`read reviews of #${number}`, MOST + 1, client =>
    client.paginate.iterator(client.rest.pulls.listReviews, {
      ...github.place,
      pull_number: number,
      per_page: 100,
    }),
  );
  if (reviews.length <= MOST) return reviews;
  throw new PromoteError('TOO_LARGE', `read reviews of #${number} of ${github.name}: more than ${MOST}`, {
    hint: 'close the pull request: the next run opens another one',
  });
}

/** Reads each reviewer's latest opinion; comments are none. Who may write is asked once a person and run. */
export function createReviews(github: GitHub): (pullRequest: PullRequest) => Promise<readonly Review[]> {
  const known = new Map<string, Promise<boolean>>();
  const canWrite = (name: string) => {
    const asked = known.get(name) ?? mayWrite(github, name);
    known.set(name, asked);
    return asked;
  };
  return async ({ number }) => {
    const latest = new Map<string, Omit<Review, 'canWrite'>>();
    for (const { user, state, commit_id, submitted_at, html_url } of await listReviews(github, number)) {
      const verdict = VERDICTS.get(state);
      if (verdict === undefined || !user) continue;
      const reviewer = person(user);
      latest.delete(reviewer.id);
      latest.set(reviewer.id, {
        reviewer,
        verdict,
        ...(commit_id && { commit: commit_id }),
        at: new Date(submitted_at ?? 0),
        url: html_url,
      });
    }
    return await Promise.all(
      [...latest.values()].map(async review => ({
        ...review,
        canWrite: await canWrite(review.reviewer.name),
      })),
    );
  };
}

/** Whether a person has write access, by role or more. */
export async function mayWrite(github: GitHub, username: string): Promise<boolean> {
  try {
    const { permission, role_name } = await github.ask(`read the permission of ${username}`, ({ rest }) =>
      rest.repos.getCollaboratorPermissionLevel({ ...github.place, username }),
    );
    return WRITERS.has(permission) || WRITERS.has(role_name);
  } catch (error) {
    if (isRefusal(error, 404)) return false;
    throw error;
  }
}
