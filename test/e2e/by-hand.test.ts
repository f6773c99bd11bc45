import { describe, expect, it } from 'vitest';
import { GIT } from '../git/fixture.ts';
import { notePusher } from '../servers/gitlab/follow.ts';
import { git, gitText, userNamed } from '../servers/gitlab/world.ts';
import { githubPlace } from './github-place.ts';
import { gitlabPlace } from './gitlab-place.ts';
import type { Pulls, ReviewPlace } from './review-place.ts';
import { createPullStage } from './review-stage.ts';

const BRANCH = 'promote/production/all';
const SETTINGS = ['gates: { approval: { count: 2, users: [alice, bob] } }'];

/** A forge, the button by which a person brings a branch up to date, and a head that a person writes anew. */
interface Pushing {
  readonly place: ReviewPlace & { readonly pulls: Pulls };
  press(person: string): Promise<unknown>;
  /** What a person makes of the words of the newest pull request. */
  write(person: string, words: { readonly title: string; readonly body: string }): Promise<unknown>;
  amend(person: string, change: (message: string) => string): Promise<unknown>;
}

async function onGitHub(): Promise<Pushing> {
  const place = await githubPlace();
  const { server } = place;
  return {
    place,
    press: async person => await server.as(person, 'PUT', `pulls/${await newest(place)}/update-branch`, {}),
    write: async (person, words) => await server.as(person, 'PATCH', `pulls/${await newest(place)}`, words),
    amend: async (person, change) => {
      const head = await place.head(BRANCH);
      const { body } = await server.as(person, 'GET', `git/commits/${head}`);
      const { message, tree, parents } = Object(body);
      const commit = { message: change(message), tree: tree.sha, parents: parents.map(shaOf) };
      const made = await server.as(person, 'POST', 'git/commits', commit);
      const ref = { sha: shaOf(made.body), force: true };
      return await server.as(person, 'PATCH', `git/refs/${encodeURIComponent(`heads/${BRANCH}`)}`, ref);
    },
  };
}

async function newest({ pulls }: { readonly pulls: Pulls }): Promise<number> {
  return (await pulls.list())[0]?.number ?? 0;
}

function shaOf(body: unknown): string {
  return String(Object(body).sha);
}

async function onGitLab(): Promise<Pushing> {
  const place = await gitlabPlace();
  const { server } = place;
  return {
    place,
    press: async person => await server.as(person, 'PUT', 'merge_requests/1/rebase', {}),
    write: async (person, { title, body }) =>
      await server.as(person, 'PUT', 'merge_requests/1', { title, description: body }),
    amend: async (person, change) => {
      const { world } = server;
      const head = await place.head(BRANCH);
      const message = change(gitText(world, 'log', '-1', '--format=%B', String(head)) ?? '');
      const made = gitText(world, 'commit-tree', `${head}^{tree}`, '-p', `${head}^`, '-m', message);
      notePusher(world, userNamed(world, person));
      git(world, ['update-ref', `refs/heads/${BRANCH}`, String(made)]);
    },
  };
}

describe.each([
  ['GitHub', onGitHub],
  ...(GIT === undefined ? [] : ([['GitLab', onGitLab]] as const)),
] as const)('a pull request of %s', (_, start) => {
  it('has both approvals where one of the two people brought its branch up to date', async () => {
    const { place, press } = await start();
    const { apply, release, approve, status } = await createPullStage(place, SETTINGS);
    await release('1.0.0');
    await apply();
    await approve('bob');
    const before = await place.head(BRANCH);
    await place.push({ 'README.md': '# moved\n' });
    await press('alice');
    expect(await place.head(BRANCH)).not.toBe(before);
    await approve('alice');
    await apply();
    expect(await status()).toBe('success');
  });

  it('has no approval of who asked and then wrote our commit anew with another name', async () => {
    const { place, amend } = await start();
    const { run, apply, result, release, approve, tags } = await createPullStage(place, SETTINGS);
    await release('1.0.0');
    await run(['apply', 'production'], place.pulls.startedBy('alice'));
    const before = await place.head(BRANCH);
    await amend('alice', message => {
      expect(message).toMatch(ASKED);
      return message.replace(ASKED, 'Promote-Requested-By: zoe 99');
    });
    expect(await place.head(BRANCH)).not.toBe(before);
    await approve('alice', 'bob');
    expect(JSON.stringify(await result('plan', 'production'))).toContain('alice: asked for the promotion');
    await apply();
    expect(await tags()).toEqual([]);
  });

  it("has our words again where a person changed them, and keeps that person's own", async () => {
    const { place, write } = await start();
    const { apply, release, newest } = await createPullStage(place, SETTINGS);
    await release('1.0.0');
    await apply();
    const { title, body } = await newest();
    const changed = `${body.replace('1.0.0', '9.9.9')}\n\n- [ ] tried`;
    await write('alice', { title: `Urgent: ${title}`, body: changed });
    await apply();
    expect(await newest()).toMatchObject({ title: `Urgent: ${title}`, body: `${body}\n\n- [ ] tried` });
  });
});

const ASKED = /^Promote-Requested-By: alice(?: \d+)?$/m;
