import { expect, it } from 'vitest';
import { type GitHubPlace, githubPlace } from './github-place.ts';
import { createPullStage, type PullStage } from './review-stage.ts';

const BACK = 'promote/production/rollback+api';

it.each([
  ['proposes', ['rollback', 'production', '--yes']],
  ['carries out', ['apply', 'production']],
] as const)(
  'a rollback that loses GitHub at any write while a run %s it is completed by the next',
  async (_, args) => {
    let write = 1;
    while (await cut(args, write)) write += 1;
    expect(write).toBeGreaterThan(3);
  },
  240_000,
);

/** Cuts one run off at a write and lets the next ones go on; answers whether it had so many writes. */
async function cut(args: readonly string[], write: number): Promise<boolean> {
  const { place, run, result, approve, pulls, writes } = await live();
  if (args[0] === 'apply') {
    await result('rollback', 'production', '--yes');
    await approve('bob');
  }
  const isCut = await cutOff(place, write, async () => run(args));
  await expectOneState(place);

  if (args[0] === 'rollback') {
    expect(await result('rollback', 'production', '--yes')).toMatchObject({ state: 'waiting' });
    expect(await place.parents((await place.head(BACK)) ?? '')).toEqual([await place.head('main')]);
    await approve('bob');
  }
  await run(['apply', 'production']);
  expect((await pulls.list()).map(({ branch, state }) => [branch, state])[0]).toEqual([BACK, 'merged']);
  await expectOneState(place);
  expect(await place.file('production/api.yaml')).toContain('1.0.0@');
  writes();
  expect((await run(['apply', 'production'])).code).toBe(3);
  expect(writes()).toEqual([]);
  return isCut;

  async function expectOneState({ file }: GitHubPlace): Promise<void> {
    const isBack = (await file('production/api.yaml')).includes('1.0.0@');
    expect((await file('promote-holds.yaml')).includes('image: api')).toBe(isBack);
    expect((await pulls.list()).filter(({ branch }) => branch === BACK).length).toBeLessThanOrEqual(1);
  }
}

/** Runs with every request refused from a write on; answers whether it came to that. */
async function cutOff({ server }: GitHubPlace, write: number, run: () => Promise<unknown>): Promise<boolean> {
  let seen = 0;
  server.faults = line => {
    if (!line.startsWith('GET ')) seen += 1;
    return seen < write ? undefined : { when: 'instead', status: 401, body: { message: 'Bad credentials' } };
  };
  await run();
  server.faults = () => undefined;
  return seen >= write;
}

/** A shop on GitHub whose production runs 1.1.0 after 1.0.0. */
async function live(): Promise<PullStage & { readonly place: GitHubPlace }> {
  const place = await githubPlace();
  const settings = ['gates: { approval: { count: 1 } }', 'pullRequest: { merge: automatic }'];
  const stage = await createPullStage(place, settings);
  for (const version of ['1.0.0', '1.1.0']) {
    await stage.release(version);
    await stage.apply();
    await stage.approve('alice');
    await stage.apply();
  }
  return { place, ...stage };
}
