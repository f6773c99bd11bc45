import { afterEach, expect, it } from 'vitest';
import type { Effects } from '../../../src/apply/effects.ts';
import { refreshImages } from '../../../src/apply/refresh/refresh.ts';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { openGitRepository } from '../../../src/forges/git.ts';
import type { PullRequest, PullRequestContent, PullRequests } from '../../../src/forges/pull-requests.ts';
import { createHttp, type Http } from '../../../src/http/http.ts';
import { openRemote } from '../../../src/registry/remote.ts';
import { type BaseWorld, createBaseWorld } from './base-world.ts';

let world: BaseWorld;
let http: Http;
afterEach(async () => {
  await http.close();
  await world.close();
});

/** A forge's pull requests in memory, and what was written to them. */
interface Forge {
  readonly pullRequests: PullRequests;
  readonly all: PullRequest[];
  readonly writes: string[];
  end(number: number, state: 'merged' | 'closed'): void;
}

function createForge(): Forge {
  const all: PullRequest[] = [];
  const writes: string[] = [];
  const set = (number: number, changes: Partial<PullRequest>) => {
    const index = all.findIndex(known => known.number === number);
    const known = all[index];
    if (known) all[index] = { ...known, ...changes };
    return all[index] ?? raise();
  };
  const pullRequests: PullRequests = {
    find: async branch => all.findLast(known => known.branch === branch),
    open: async (branch, base, { title, body, draft }) => {
      writes.push(`open ${title}`);
      const number = all.length + 1;
      const url = `https://forge.example/${number}`;
      const author = { id: '1', name: 'bot' };
      all.push({ number, url, branch, base, head: '', state: 'open', title, body, draft, author });
      return all.at(-1) ?? raise();
    },
    update: async ({ number }, { title, body }: PullRequestContent) => {
      writes.push(`update ${number}`);
      return set(number, { title, body });
    },
    merge: raise,
    close: raise,
    reviews: raise,
    setStatus: raise,
  };
  return { pullRequests, all, writes, end: (number, state) => set(number, { state }) };
}

function raise(): never {
  throw new Error('not expected');
}

/** Runs a refresh with the forge; answers what became of each group. */
async function run({ pullRequests }: Forge): Promise<readonly string[]> {
  const unasked = async () => raise();
  const forge = {
    pullRequests,
    mergeBase: unasked,
    pushers: unasked,
    members: unasked,
    requiredStatuses: unasked,
  };
  const author = { name: 'bot', email: 'bot@example.com' };
  const repository = await openGitRepository({
    location: { kind: 'checkout', directory: world.repository },
    author,
    env: world.env,
    executable: undefined,
    credentials: async () => undefined,
    signal: new AbortController().signal,
  });
  const effects: Effects = {
    store: openRemote({ http, credentials: async () => undefined }),
    repository: async () => repository,
    forge: async () => forge,
    signing: unasked,
    trust: unasked,
    now: () => new Date(),
    progress: () => undefined,
    log: () => undefined,
  };
  const environments = parseEnvironments(await world.read('environments.yaml'), 'environments.yaml');
  const results = await refreshImages(effects, environments, { paths: [], writes: true });
  await repository.close();
  return results.flatMap(({ groups }) => groups.map(({ outcome }) => outcome.kind));
}

it('is opened once, follows newer digests, and is not opened again once a person has closed it', async () => {
  http = createHttp();
  world = await createBaseWorld('{ pullRequest: { title: "Bases: {images}" } }');
  const forge = createForge();
  const old = await world.publish('base/node:20', ['a']);
  await world.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
  await world.publish('base/node:20', ['b']);

  expect(await run(forge)).toEqual(['opened']);
  expect(forge.writes).toEqual([`open Bases: ${world.registry.host}/base/node`]);
  expect(await run(forge)).toEqual(['held']);
  await world.publish('base/node:20', ['c']);
  expect(await run(forge)).toEqual(['updated']);
  expect(await run(forge)).toEqual(['held']);
  expect(forge.writes.slice(1)).toEqual(['update 1']);

  forge.end(1, 'closed');
  expect(await run(forge)).toEqual(['declined']);
  await world.put({ 'other/Dockerfile': `FROM HOST/base/node:20@${old}\n` });
  expect(await run(forge)).toEqual(['declined']);
  await world.publish('base/node:20', ['d']);
  expect(await run(forge)).toEqual(['opened']);

  const branch = forge.all.at(-1)?.branch ?? '';
  await world.git('merge', '--quiet', '--no-edit', branch);
  forge.end(2, 'merged');
  expect(await run(forge)).toEqual([]);
  await world.publish('base/node:20', ['e']);
  expect(await run(forge)).toEqual(['opened']);
});
