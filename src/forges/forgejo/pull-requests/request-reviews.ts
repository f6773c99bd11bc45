import { missingNames } from '../../api/missing-names.ts';
import { isRefusal } from '../../api/refusal.ts';
import type { Forgejo } from '../forgejo.ts';
import { WRITE } from '../need.ts';
import type { Shown } from './pull-request.ts';
import { listReviews } from './reviews.ts';

/**
 * Asks people and teams for a review, each once. A person who reviewed is not asked again, whatever the
 * verdict: a new request would end that review. A notice names whom Forgejo does not accept.
 */
export async function requestReviews(
  forgejo: Forgejo,
  { number, user, requested_reviewers, requested_reviewers_teams }: Shown,
  reviewers: readonly string[],
  isNew: boolean,
): Promise<void> {
  const teams = reviewers.filter(name => name.includes('/'));
  const people = reviewers.filter(name => !name.includes('/') && !isAuthor(name));
  const newTeams = missingNames(
    teams.filter(isHere).map(name => name.slice(name.indexOf('/') + 1)),
    (requested_reviewers_teams ?? []).map(({ name }) => name),
  );
  const newPeople = missingNames(
    people,
    (requested_reviewers ?? []).map(({ login }) => login),
  );
  if (newTeams.length + newPeople.length === 0) return;
  const reviews = isNew ? [] : await listReviews(forgejo, number);
  const given = reviews.filter(({ state }) => state !== 'REQUEST_REVIEW');
  const asked = missingNames(
    newPeople,
    given.flatMap(review => review.user?.login ?? []),
  );
  // A team leaves the list when one of its members has reviewed.
  await request(forgejo, number, { reviewers: asked, team_reviewers: given.length === 0 ? newTeams : [] });

  function isAuthor(name: string): boolean {
    if (user?.login.toLowerCase() !== name.toLowerCase()) return false;
    forgejo.notice(`#${number}: ${name} is its author and cannot review it`);
    return true;
  }

  function isHere(team: string): boolean {
    if (team.slice(0, team.indexOf('/')).toLowerCase() === forgejo.owner.toLowerCase()) return true;
    forgejo.notice(`#${number}: no review was requested of ${team}: it is a team of another organization`);
    return false;
  }
}

interface Asked {
  readonly reviewers: readonly string[];
  readonly team_reviewers: readonly string[];
}

/** Sends one request for all. Forgejo refuses all where it refuses one, so then each is requested alone. */
async function request(forgejo: Forgejo, number: number, asked: Asked): Promise<void> {
  const { reviewers, team_reviewers } = asked;
  const names = [...reviewers, ...team_reviewers];
  if (names.length === 0) return;
  const path = `pulls/${number}/requested_reviewers`;
  const doing = `request reviews of #${number}`;
  try {
    await forgejo.tell({ doing, method: 'POST', path, body: { ...asked }, need: WRITE });
  } catch (error) {
    if (!isRefusal(error, 403, 404, 422)) throw error;
    if (names.length === 1)
      return forgejo.notice(`#${number}: no review was requested of ${names[0]}: ${error.said}`);
    for (const name of reviewers) await request(forgejo, number, { reviewers: [name], team_reviewers: [] });
    for (const name of team_reviewers)
      await request(forgejo, number, { reviewers: [], team_reviewers: [name] });
  }
}
