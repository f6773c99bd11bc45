import { expect, it } from 'vitest';
import type { PullRequest } from '../../src/forges/forge.ts';
import { BOT } from '../servers/github.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

const COUNT = 50;
const STATUS = { context: 'promote/gate', state: 'pending', description: 'approval: 1 of 2' } as const;

it('is asked little for many pull requests with a review each, as one run asks', async () => {
  const server = await useGitHub();
  const first = openForge(server);
  const files = Object.fromEntries(
    Array.from({ length: COUNT }, (_, at) => [`production/${at}.yaml`, 'old\n']),
  );
  await pushFiles(server, { ...files, 'staging/a.yaml': 'a\n' });
  for (let at = 0; at < COUNT; at += 1) {
    const branch = `promote/production/${at}`;
    await pushFiles(server, { [`production/${at}.yaml`]: 'new\n' }, { branch, on: 'main', login: BOT });
    const content = { title: `of ${at}`, body: '', labels: [], reviewers: [], assignees: [], draft: false };
    const { head, number } = await first.pullRequests.open(branch, 'main', content);
    await first.pullRequests.setStatus(head, STATUS);
    await server.as('alice', 'POST', `pulls/${number}/reviews`, { event: 'APPROVE', body: 'good' });
  }
  const { repository, openPullRequests, pullRequests, heads } = openForge(server);
  server.calls();
  const head = await repository.head('main');
  await repository.tree(head?.commit ?? '');
  const open = await openPullRequests('promote/production/', 'main');
  const read = async (pull: PullRequest) => {
    const tree = await repository.tree(pull.head);
    const [pushed] = await heads(pull);
    const [review] = await pullRequests.reviews(pull);
    const changed = [...tree].filter(
      ([path, { object }]) => path.startsWith('production/') && object === NEW,
    );
    return { pushed, review, changed: changed.map(([path]) => path), size: tree.size };
  };
  const found = await Promise.all(open.map(read));
  for (const { head } of open) await pullRequests.setStatus(head, STATUS);
  const calls = server.calls();
  expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(12);
  expect(new Set(found.flatMap(({ changed }) => changed)).size).toBe(COUNT);
  for (const { pushed, review, changed, size } of found) {
    expect([changed.length, size]).toEqual([1, COUNT + 2]);
    expect(pushed).toMatchObject({ message: 'work' });
    expect(review).toMatchObject({ reviewer: { name: 'alice' }, verdict: 'approved', canWrite: true });
    expect(review?.commit).toBe(pushed?.commit);
  }
});

/** `new` and a line feed, as Git names it. */
const NEW = '3e757656cf36eca53338e520d134963a44f793f8';
