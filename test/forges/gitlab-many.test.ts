import { expect, it } from 'vitest';
import type { PullRequest } from '../../src/forges/forge.ts';
import type { GitLabForge } from '../../src/forges/gitlab/open.ts';
import { notePusher } from '../servers/gitlab/follow.ts';
import { userNamed } from '../servers/gitlab/world.ts';
import { describeWith } from '../servers/tools.ts';

import { kept, openForge, pushFiles, useGitLab } from './gitlab-fixture.ts';

const COUNT = 6;
const STATUS = { context: 'promote/gate', state: 'pending', description: 'approval: 1 of 2' } as const;

describeWith(['git'], 'many merge requests with a review each', () => {
  it('are asked for little, as one run asks', async () => {
    const server = await useGitLab();
    const first = openForge(server);
    const files = Object.fromEntries(
      Array.from({ length: COUNT }, (_, at) => [`clusters/production/${at}.yaml`, 'old\n']),
    );
    pushFiles(server, { ...files, 'staging/a.yaml': 'a\n' });
    for (let at = 0; at < COUNT; at += 1) {
      const branch = `promote/production/${at}`;
      notePusher(server.world, userNamed(server.world, 'promote'));
      pushFiles(server, { [`clusters/production/${at}.yaml`]: 'new\n' }, { branch, on: 'main' });
      const content = { title: `of ${at}`, body: '', labels: [], reviewers: [], assignees: [], draft: false };
      const { head, number } = await first.pullRequests.open(branch, 'main', content);
      await first.pullRequests.setStatus(head, STATUS, number);
      await server.as('alice', 'POST', `merge_requests/${number}/approve`, {});
    }
    const bob = userNamed(server.world, 'bob');
    kept(server, 1).against.add(bob.id);
    server.calls();
    const found = await readAll(openForge(server));
    const calls = server.calls();
    // One more says when the changes were asked for.
    expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(11 + 3 * COUNT);
    expect(new Set(found.flatMap(({ changed }) => changed)).size).toBe(COUNT);
    for (const { number, pushed, given, changed, size } of found) {
      expect([changed.length, size]).toEqual([1, COUNT + 1]);
      expect(pushed).toMatchObject({ message: 'work\n', pusher: { name: 'promote' } });
      expect(given).toMatchObject([
        {
          reviewer: { name: 'alice' },
          verdict: 'approved',
          canWrite: true,
          commit: pushed?.commit,
        },
        ...(number === 1 ? [{ reviewer: { name: 'bob' }, verdict: 'changes-requested' }] : []),
      ]);
    }
    const unanswered = { status: 404, body: {} };
    server.faults = line => (/graphql|git-upload-pack/.test(line) ? unanswered : undefined);
    expect(await readAll(openForge(server))).toEqual(found.map(one => expect.objectContaining(one)));
  });
});

/** What a run that changes nothing asks. */
async function readAll({ repository, openPullRequests, pullRequests, heads }: GitLabForge) {
  const head = await repository.head('main');
  await repository.tree(head?.commit ?? '');
  const open = await openPullRequests('promote/production/', 'main');
  const read = async (pull: PullRequest) => {
    const tree = await repository.tree(pull.head);
    const [pushed] = await heads(pull);
    const reviews = await pullRequests.reviews(pull);
    const changed = [...tree].filter(([, { object }]) => object === NEW).map(([path]) => path);
    // The double gives a request for changes the time of the question.
    const given = reviews.map(({ at, ...review }) => review);
    return { number: pull.number, pushed, given, changed, size: tree.size };
  };
  const found = await Promise.all(open.map(read));
  for (const { head, number } of open) expect(await pullRequests.setStatus(head, STATUS, number)).toBe(false);
  return found;
}

/** `new` and a line feed, as Git names it. */
const NEW = '3e757656cf36eca53338e520d134963a44f793f8';
