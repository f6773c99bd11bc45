import { missingNames } from '../../api/missing-names.ts';
import { isRefusal } from '../../api/refusal.ts';
import type { GitHub } from '../github.ts';
import type { Shown } from './pull-request.ts';
import { listReviews } from './reviews.ts';

/**
 * Asks people and teams for a review, each once. A person who reviewed is not asked again, whatever the
 * verdict. A notice names whom GitHub does not accept, and the author, who cannot review.
 */
export async function requestReviews(
  github: GitHub,
  { number, user, requested_reviewers, requested_teams }: Shown,
  reviewers: readonly string[],
  isNew: boolean,
): Promise<void> {
  const teams = reviewers.filter(name => name.includes('/'));
  const slugs = teams.map(name => name.slice(name.indexOf('/') + 1));
  const people = reviewers.filter(
    name => !name.includes('/') && !isAuthor(github, number, user?.login, name),
  );
  const newTeams = missingNames(
    slugs,
    (requested_teams ?? []).map(({ slug }) => slug),
  );
  const newPeople = missingNames(
    people,
    (requested_reviewers ?? []).map(({ login }) => login),
  );
  if (newTeams.length + newPeople.length === 0) return;
  const reviews = isNew ? [] : await listReviews(github, number);
  const asked = missingNames(
    newPeople,
    reviews.flatMap(review => review.user?.login ?? []),
  );
  // A team leaves the list when one of its members has reviewed.
  await request(github, number, { reviewers: asked, team_reviewers: reviews.length === 0 ? newTeams : [] });
}

function isAuthor(github: GitHub, number: number, author: string | undefined, name: string): boolean {
  if (author?.toLowerCase() !== name.toLowerCase()) return false;
  github.notice(`#${number}: ${name} is its author and cannot review it`);
  return true;
}

interface Asked {
  readonly reviewers: string[];
  readonly team_reviewers: string[];
}

/** Sends one request for all. GitHub refuses all where it refuses one, so then each is requested alone. */
async function request(github: GitHub, number: number, asked: Asked): Promise<void> {
  const { reviewers, team_reviewers } = asked;
  const names = [...reviewers, ...team_reviewers];
  if (names.length === 0) return;
  try {
    await github.ask(`request reviews of #${number}`, ({ rest }) =>
      rest.pulls.requestReviewers({ ...github.place, pull_number: number, ...asked }),
    );
  } catch (error) {
    if (!isRefusal(error, 403, 404, 422)) throw error;
    if (names.length === 1)
      return github.notice(`#${number}: no review was requested of ${names[0]}: ${error.said}`);
    for (const name of reviewers) await request(github, number, { reviewers: [name], team_reviewers: [] });
    for (const name of team_reviewers)
      await request(github, number, { reviewers: [], team_reviewers: [name] });
  }
}
