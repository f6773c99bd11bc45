import { PromoteError } from '../../../errors.ts';
import { createBatch } from '../../api/batch.ts';
import { isRefusal } from '../../api/refusal.ts';
import type { Person, PullRequest, Review } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { isBot, person } from '../person.ts';
import { manyReviews } from './many-reviews.ts';
import { type GivenOpinion, VERDICTS } from './opinion.ts';

const MOST = 1000;
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

/**
 * Reads each reviewer's latest opinion, for several pull requests at once. Write access is read once for each
 * person and run, unless the review shows it.
 */
export function createReviews(github: GitHub): (pullRequest: PullRequest) => Promise<readonly Review[]> {
  const canWrite = createWriters(github);
  const opinions = createBatch(
    async (number: number) => (await listReviews(github, number)).flatMap(opinionOf),
    async numbers => await manyReviews(github, numbers),
  );
  return async ({ number }) => {
    const latest = new Map<string, GivenOpinion>();
    for (const opinion of await opinions(number)) {
      latest.delete(opinion.reviewer.id);
      latest.set(opinion.reviewer.id, opinion);
    }
    return await Promise.all(
      [...latest.values()].map(async review => {
        const { reviewer } = review;
        // Any workflow of the repository may review as the jobs' account, whoever pushed it.
        if (isBot(reviewer.name)) return { ...review, reviewer: { ...reviewer, id: '' }, canWrite: false };
        return { ...review, canWrite: review.canWrite ?? (await canWrite(reviewer)) };
      }),
    );
  };
}

/** Reads once for each person whether that person may write. */
export function createWriters(github: GitHub): (person: Person) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return person => {
    const asked = known.get(person.id) ?? mayWrite(github, person);
    known.set(person.id, asked);
    return asked;
  };
}

function opinionOf({
  user,
  state,
  commit_id,
  submitted_at,
  html_url: url,
}: Awaited<ReturnType<typeof listReviews>>[number]): readonly GivenOpinion[] {
  const verdict = VERDICTS.get(state);
  if (verdict === undefined || !user) return [];
  const at = new Date(submitted_at ?? 0);
  return [{ reviewer: person(user), verdict, commit: commit_id ?? undefined, at, url }];
}

/**
 * Whether a person has write access, by that role or a higher one. GitHub is asked by name, and a name may
 * have become somebody else's since.
 */
export async function mayWrite(github: GitHub, { id, name }: Person): Promise<boolean> {
  try {
    const asked = github.ask(`read the permission of ${name}`, ({ rest }) =>
      rest.repos.getCollaboratorPermissionLevel({ ...github.place, username: name }),
    );
    const { permission, role_name, user } = await asked;
    if (user && String(user.id) !== id) return false;
    return WRITERS.has(permission) || WRITERS.has(role_name);
  } catch (error) {
    if (isRefusal(error, 404)) return false;
    throw error;
  }
}
