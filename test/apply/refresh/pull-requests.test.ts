import { afterEach, expect, it } from 'vitest';
import type { Effects } from '../../../src/apply/effects.ts';
import { refreshImages } from '../../../src/apply/refresh/refresh.ts';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { openGitRepository } from '../../../src/forges/git.ts';
import { createHttp, type Http } from '../../../src/http/http.ts';
import { openRemote } from '../../../src/registry/remote.ts';
import { createMemoryForge, type MemoryForge } from '../memory-forge.ts';
import { type BaseWorld, createBaseWorld } from './base-world.ts';

let world: BaseWorld;
let http: Http;
afterEach(async () => {
  await http.close();
  await world.close();
});

/** Runs a refresh with the forge; answers what became of each group. */
async function run(forge: MemoryForge): Promise<readonly string[]> {
  const unasked = async () => {
    throw new Error('not expected');
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
  const forge = createMemoryForge(world);
  const writes = () => forge.calls().filter(call => call.endsWith('!'));
  const old = await world.publish('base/node:20', ['a']);
  await world.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
  await world.publish('base/node:20', ['b']);

  expect(await run(forge)).toEqual(['opened']);
  expect((await forge.pulls()).map(({ title }) => title)).toEqual([
    `Bases: ${world.registry.host}/base/node`,
  ]);
  expect(await run(forge)).toEqual(['held']);
  expect(writes()).toEqual(['open!']);
  await world.publish('base/node:20', ['c']);
  expect(await run(forge)).toEqual(['updated']);
  expect(await run(forge)).toEqual(['held']);
  expect(writes()).toEqual(['update!']);

  await forge.end('closed');
  expect(await run(forge)).toEqual(['declined']);
  await world.put({ 'other/Dockerfile': `FROM HOST/base/node:20@${old}\n` });
  expect(await run(forge)).toEqual(['declined']);
  expect(writes()).toEqual([]);
  await world.publish('base/node:20', ['d']);
  expect(await run(forge)).toEqual(['opened']);

  await forge.end('merged');
  expect(await run(forge)).toEqual([]);
  await world.publish('base/node:20', ['e']);
  expect(await run(forge)).toEqual(['opened']);
  expect(writes()).toEqual(['open!', 'open!']);
});
