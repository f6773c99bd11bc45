import { describe, expect, it } from 'vitest';
import type { PullRequest, Review } from '../../src/forges/forge.ts';
import { allRequesters } from '../../src/gates/approvals.ts';
import { tallyReviews } from '../../src/gates/review-approval.ts';
import type { Requester } from '../../src/plan/request.ts';
import * as codeberg from '../servers/forgejo/world.ts';
import { fields, items } from '../servers/github/request.ts';
import { BOT } from '../servers/github.ts';
import type { World } from '../servers/gitlab/world.ts';
import { userNamed } from '../servers/gitlab/world.ts';
import { describeWith } from '../servers/tools.ts';
import * as forgejo from './forgejo-fixture.ts';
import * as github from './github-fixture.ts';
import * as gitlab from './gitlab-fixture.ts';

const ANYONE = { by: 'review', count: 1, users: [], teams: [] } as const;

/** Who approves by these reviews, as the gate counts them. */
function approvers(
  reviews: readonly Review[],
  requesters: readonly Requester[] = [],
  users: readonly string[] = [],
): readonly string[] {
  const given = reviews.map(review => ({
    ...review,
    at: review.at.toISOString(),
    commit: review.commit ?? '',
    change: 'plan' as const,
  }));
  const facts = { author: { id: '1', name: BOT }, head: 'plan', reviews: given, requesters } as const;
  const { approvals, against } = tallyReviews({ ...ANYONE, users }, { ...facts, members: new Map() });
  return [...approvals.map(({ name }) => name), ...against.map(name => `not ${name}`)];
}

const CONTENT = { title: 't', body: '', labels: [], reviewers: [], assignees: [], draft: false };

async function onGitHub() {
  const server = await github.useGitHub();
  await github.pushFiles(server, { 'README.md': '1\n' });
  const open = async (name: string) => {
    const branch = `promote/qa/${name}`;
    await github.pushFiles(server, { [`${name}.yaml`]: '2\n' }, { branch, on: 'main', login: BOT });
    return await github.openForge(server).pullRequests.open(branch, 'main', CONTENT);
  };
  const pulls = [await open('api'), await open('web')] as const;
  const review = async (login: string, event = 'APPROVE') => {
    const made = await Promise.all(
      pulls.map(({ number }) => server.as(login, 'POST', `pulls/${number}/reviews`, { event, body: 'x' })),
    );
    return made.map(({ body }) => Number(fields(body).id));
  };
  const dismiss = async (login: string, reviews: readonly number[]) => {
    for (const [at, { number }] of pulls.entries())
      await server.as(login, 'PUT', `pulls/${number}/reviews/${reviews[at]}/dismissals`, { message: 'no' });
  };
  const idOf = async (login: string) =>
    String(fields((await server.world.emulated.ask('GET', `/users/${encodeURIComponent(login)}`)).body).id);
  /** Reads the reviews of one pull request, and those of two at once: GitHub is asked differently. */
  const read = async () => {
    const alone = await github.openForge(server).pullRequests.reviews(pulls[0]);
    const { pullRequests } = github.openForge(server);
    const [together = []] = await Promise.all(
      pulls.map(async (one: PullRequest) => pullRequests.reviews(one)),
    );
    return [alone, together] as const;
  };
  const counted = async (requesters: readonly Requester[] = [], users: readonly string[] = []) => {
    const [alone, together] = await read();
    const names = approvers(alone, requesters, users);
    expect(approvers(together, requesters, users)).toEqual(names);
    return names;
  };
  const forge = github.openForge(server);
  return { server, forge, review, dismiss, counted, idOf, renamed: server.world.renamed };
}

describe('who approves on GitHub', () => {
  it('is no requester under a new name, and is whoever has the free name now', async () => {
    const { forge, review, counted, renamed } = await onGitHub();
    // Only names are known: of who ran it again, and of whom the caller names.
    const asked = await forge.runAskers(5, [{ name: 'Alice' }], 'carol');
    for (const login of ['alice', 'bob']) await review(login);
    renamed.set('alice', 'alicia').set('bob', 'alice');
    expect(await counted(asked)).toEqual(['alice']);
    await review('carol');
    renamed.set('carol', 'carola');
    expect(await counted(asked)).toEqual(['alice']);
    // Who took the name asks in a later run, which again tells a name alone.
    const later = allRequesters([asked, [{ name: 'alice' }]]);
    expect(await counted(later)).toEqual([]);
  });

  it('is not who only has the name of somebody who may write', async () => {
    const { forge, idOf, renamed } = await onGitHub();
    const alice = { id: await idOf('alice'), name: 'alice' };
    expect(await forge.mayWrite(alice)).toBe(true);
    renamed.set('alice', 'alicia').set('bob', 'alice');
    expect(await forge.mayWrite(alice)).toBe(false);
    expect(await forge.mayWrite({ ...alice, name: 'alicia' })).toBe(true);
  });

  it('is named without case, and is no App of a like name, not even where it is named', async () => {
    const { review, counted } = await onGitHub();
    for (const login of ['alice', 'github-actions[bot]', 'promote[bot]']) await review(login);
    expect(await counted()).toEqual(['alice']);
    expect(await counted([], ['ALICE'])).toEqual(['alice']);
    expect(await counted([], ['promote', 'promote[bot]', 'github-actions[bot]'])).toEqual([]);
  });

  it('is nobody whose approval was dismissed by whomever, until the next one', async () => {
    const { review, dismiss, counted } = await onGitHub();
    const first = await review('bob');
    await dismiss('carol', first);
    expect(await counted()).toEqual([]);
    await dismiss('bob', await review('bob'));
    expect(await counted()).toEqual([]);
    await review('bob');
    expect(await counted()).toEqual(['bob']);
  });

  it('is nobody who asks for changes, whatever was said before or is remarked after', async () => {
    const { review, dismiss, counted } = await onGitHub();
    await review('bob');
    const against = await review('bob', 'REQUEST_CHANGES');
    await review('bob', 'COMMENT');
    expect(await counted()).toEqual(['not bob']);
    // The requester takes the objection away, but cannot bring the approval before it back.
    await dismiss('alice', against);
    expect(await counted()).toEqual([]);
  });

  it('is nobody whose account is deleted', async () => {
    const { server, review, counted, idOf } = await onGitHub();
    for (const login of ['alice', 'bob']) await review(login);
    server.world.gone.add(Number(await idOf('alice')));
    expect(await counted()).toEqual(['bob']);
  });

  it('is nobody who has left the team', async () => {
    const { server, forge } = await onGitHub();
    await server.world.emulated.ask('DELETE', '/orgs/acme/teams/release-managers/memberships/bob');
    expect((await forge.teamMembers('acme/release-managers')).map(({ name }) => name)).toEqual(['alice']);
    const { body } = await server.world.emulated.ask('GET', '/orgs/acme/teams/release-managers/members');
    expect(items(body)).toHaveLength(1);
  });

  it('is no deleted account and no App that let a job in', async () => {
    const { server, forge } = await onGitHub();
    const approval = { state: 'approved', comment: '', environments: [{ id: 1, name: 'qa' }] };
    server.world.approvals.set(7, [
      { ...approval, user: null },
      { ...approval, user: { id: 9, login: 'rules[bot]' } },
    ]);
    const given = await forge.runApprovals(7);
    expect(given.map(({ reviewer }) => reviewer)).toEqual([
      { id: '', name: 'ghost' },
      { id: '', name: 'rules[bot]' },
    ]);
  });
});

function rename(world: World, from: string, to: string): void {
  userNamed(world, from).username = to;
  for (const [token, one] of world.tokens)
    if (one.username === from) world.tokens.set(token, { ...one, username: to });
}

async function onGitLab() {
  const server = await gitlab.useGitLab();
  const forge = gitlab.openForge(server);
  const { pullRequest } = await gitlab.propose(server, forge);
  const counted = async (requesters: readonly Requester[] = [], users: readonly string[] = []) => {
    const { pullRequests } = gitlab.openForge(server);
    return approvers(await pullRequests.reviews(pullRequest), requesters, users);
  };
  const approve = async (...names: readonly string[]) => {
    for (const name of names) await server.as(name, 'POST', 'merge_requests/1/approve', {});
  };
  return { server, forge, approve, counted, world: server.world };
}

describeWith(['git'], 'who approves on GitLab', () => {
  it('is no requester under a new name, and is whoever has the free name now', async () => {
    const { server, forge, world, approve, counted } = await onGitLab();
    const pipeline = { id: 4, source: 'web', username: 'bob' };
    world.jobs.push({ id: 8, token: 'job-token-of-bob', username: 'bob', pipeline });
    const asked = await forge.jobAskers('job-token-of-bob', [], 'Alice');
    expect(server.calls().filter(call => call.includes('users?'))).toHaveLength(1);
    await approve('alice', 'bob', 'carol');
    rename(world, 'alice', 'alicia');
    rename(world, 'carol', 'alice');
    expect(await counted(asked)).toEqual(['alice']);
    expect(await counted(allRequesters([asked, [{ name: 'alice' }]]))).toEqual([]);
  });

  it.each<[string, Partial<World['users'][number]>]>([
    ['is blocked', { state: 'blocked' }],
    ['is banned', { state: 'banned' }],
    ['is a member only once that is approved', { membership_state: 'awaiting' }],
    ['is a token of the project', { username: 'project_7_bot_0123abcd' }],
    ['is a token of a group', { username: 'group_9_bot_0123abcd' }],
  ])('is nobody who %s', async (_, changes) => {
    const { world, approve, counted } = await onGitLab();
    await approve('alice', 'carol');
    expect(await counted()).toEqual(['alice', 'carol']);
    Object.assign(userNamed(world, 'carol'), changes);
    expect(await counted()).toEqual(['alice']);
    expect(await counted([], [String(userNamed(world, 'alice').username), 'x'])).toEqual(['alice']);
  });

  it('is no group member who is blocked, awaited or gone', async () => {
    const { forge, world } = await onGitLab();
    world.groups.set('acme/release-managers', ['alice', 'bob', 'carol']);
    userNamed(world, 'alice').state = 'blocked';
    userNamed(world, 'bob').membership_state = 'awaiting';
    expect((await forge.groupMembers('acme/release-managers')).map(({ name }) => name)).toEqual(['carol']);
    world.groups.set('acme/release-managers', []);
    expect(await forge.groupMembers('acme/release-managers')).toEqual([]);
  });

  it('is nobody who took it back, and nobody whose account is deleted', async () => {
    const { server, world, approve, counted } = await onGitLab();
    await approve('alice', 'bob');
    await server.as('alice', 'POST', 'merge_requests/1/unapprove', {});
    expect(await counted()).toEqual(['bob']);
    gitlab.kept(server, 1).approvals.set(999, world.now());
    expect(await counted()).toEqual(['bob']);
  });
});

describeWith(['git'], 'who approves on Forgejo', () => {
  it('is neither a job nor a deleted account, nor somebody under a name that was free', async () => {
    const server = await forgejo.useForgejo();
    const forge = forgejo.openForge(server);
    const { pullRequest } = await forgejo.propose(server, forge);
    for (const name of ['alice', 'bob'])
      await server.as(name, 'POST', 'pulls/1/reviews', { event: 'APPROVED' });
    const asked = await forge.runAskers([{ name: 'bob' }]);
    const { reviews } = forgejo.kept(server, 1);
    const [first] = reviews;
    if (first === undefined) throw new Error('no review');
    const job = { ...codeberg.userNamed(server.world, 'carol'), id: -2, login: 'forgejo-actions' };
    const ghost = { ...job, id: -1, login: 'Ghost' };
    reviews.push({ ...first, id: 98, user: job }, { ...first, id: 99, user: ghost });
    expect(approvers(await forge.pullRequests.reviews(pullRequest), asked)).toEqual(['alice']);
    expect(await forge.mayWrite({ id: '999', name: 'alice' })).toBe(false);
  });
});
