import { Octokit } from '@octokit/rest';
import { describe, expect, it } from 'vitest';
import { tellPacing } from '../../src/forges/github/pacing.ts';
import { tellRetries } from '../../src/forges/github/retries.ts';
import type { GitHubFault } from '../servers/github.ts';
import { openForge, useGitHub } from './github-fixture.ts';

const SECONDARY = { message: 'You have exceeded a secondary rate limit' };
const refused = (status: number, headers: GitHubFault['headers'], body: object = SECONDARY): GitHubFault => ({
  when: 'instead',
  status,
  headers: headers ?? {},
  body,
});

/** Reads the branch from a server that refuses the first requests; answers what came of it. */
async function read(times: number, fault: GitHubFault) {
  const server = await useGitHub();
  let count = 0;
  server.faults = () => (count++ < times ? fault : undefined);
  const waits: string[] = [];
  const { repository } = openForge(server, { rateLimits: 'github', log: text => waits.push(text) });
  const outcome = await repository.head('main').then(
    head => head?.branch,
    error => error,
  );
  return { outcome, waits, calls: server.calls().length };
}

it('tells a wait of more than two seconds before the next try, and none where no try follows', async () => {
  const told: string[] = [];
  const client = new (Octokit.plugin(tellRetries(text => told.push(text))))();
  const fail = async (retryCount: number, status: number) => {
    const request = { fetch: async () => new Response('', { status }), retryCount };
    await client.request('GET /', { request }).catch(() => undefined);
  };
  await fail(0, 503);
  await fail(1, 503);
  await fail(1, 404);
  await fail(2, 503);
  expect(told).toEqual(['ask GitHub: status 503; waiting 4 s, then try 3 of 3']);
});

describe("GitHub's rate limits", () => {
  const inSeconds = (count: number) => String(Math.floor(Date.now() / 1000) + count);
  const used = { message: 'API rate limit exceeded' };

  it.each<[string, () => GitHubFault]>([
    ['a secondary limit', () => refused(403, { 'retry-after': '1' })],
    ['a secondary limit with 429', () => refused(429, { 'retry-after': '1' })],
    [
      'what stands in front of a server',
      () => refused(429, { 'retry-after': '1' }, { message: 'Slow down' }),
    ],
    [
      'the primary limit',
      () => refused(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(1) }, used),
    ],
  ])('wait as long as asked, and say so: %s', async (_, fault) => {
    const { outcome, waits, calls } = await read(1, fault());
    expect(outcome).toBe('main');
    expect(calls).toBe(2);
    expect(waits).toEqual([expect.stringMatching(/waiting [12] s/)]);
  });

  it.each<[string, GitHubFault]>([
    ['a secondary limit', refused(403, { 'retry-after': '3600' })],
    ['what stands in front of a server', refused(429, { 'retry-after': '3600' }, { message: 'Slow down' })],
    [
      'the primary limit',
      refused(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(3600) }, used),
    ],
  ])('fail at once where the wait is an hour: %s', async (_, fault) => {
    const { outcome, waits, calls } = await read(1, fault);
    expect(outcome).toMatchObject({ code: 'UNREACHABLE', hint: expect.stringMatching(/later/) });
    expect([waits, calls]).toEqual([[], 1]);
  });

  it('fail after three waits, which a server must not prolong for ever', async () => {
    const { outcome, waits, calls } = await read(100, refused(403, { 'retry-after': '1' }));
    expect(outcome).toMatchObject({ code: 'UNREACHABLE' });
    expect([waits.length, calls]).toEqual([3, 4]);
  });
});

describe("GitHub's pace of writes", () => {
  const PLACE = { owner: 'acme', repo: 'gitops' };

  /** What is said while requests are sent at once, or one after the other. */
  async function told(
    count: number,
    send: (client: Octokit) => Promise<unknown>,
    how: 'at once' | 'in turn',
  ) {
    const lines: string[] = [];
    const client = new Octokit({ request: { fetch: async () => Response.json({}) } });
    tellPacing(client, text => lines.push(text));
    if (how === 'at once') await Promise.all(Array.from({ length: count }, () => send(client)));
    else for (let at = 0; at < count; at += 1) await send(client);
    return lines;
  }
  const open = (client: Octokit) => client.rest.pulls.create({ ...PLACE, head: 'a', base: 'b', title: 't' });
  const write = (client: Octokit) =>
    client.rest.repos.createCommitStatus({ ...PLACE, sha: 'a', state: 'success' });
  const read = (client: Octokit) => client.rest.repos.get(PLACE);

  it.each<[number, Parameters<typeof told>[1], Parameters<typeof told>[2], number]>([
    [1, open, 'at once', 0],
    [2, open, 'at once', 1],
    [5, write, 'at once', 0],
    [6, write, 'at once', 1],
    [3, open, 'in turn', 0],
    [10, open, 'in turn', 1],
    [100, read, 'at once', 0],
  ])('is told once where it is felt: %d requests', async (count, send, how, lines) => {
    expect(await told(count, send, how)).toHaveLength(lines);
  });
});
