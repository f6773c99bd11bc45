import { describe, expect, it, onTestFinished } from 'vitest';
import { recorded } from '../../src/apply/record-deployments.ts';
import { prepareRollback } from '../../src/apply/rollback/prepare-rollback.ts';
import { rollback } from '../../src/apply/rollback/rollback.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import type { Deployments, NewDeployment } from '../../src/forges/deployments.ts';
import type { Repository } from '../../src/git/repository.ts';
import type { Effects } from '../../src/run/effects.ts';
import * as github from '../forges/github-fixture.ts';
import * as gitlab from '../forges/gitlab-fixture.ts';
import { branchHead as headOf } from '../servers/gitlab/world.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, REQUEST } from './review-world.ts';

const FILE = (record: string) => `version: 1
images: { api: {} }
environments:
  dev: { from: build, registry: ghcr.io/acme/dev, files: ["dev/**"], deployments: ${record} }
`;
const LINK = '{ record: { url: "https://dev.example.com" } }';
const pinned = (tag: string) => ({ 'dev/api.yaml': `image: ghcr.io/acme/dev/api:${tag}\n` });

interface Place {
  readonly repository: Repository;
  readonly deployments: Deployments;
  push(files: Readonly<Record<string, string>>): Promise<unknown>;
  head(): Promise<string>;
  /** Commits that are recorded, the newest first, and where the environment is. */
  recorded(): readonly unknown[];
  link(): unknown;
  /** What was asked for of deployments and environments since the last call. */
  calls(): readonly string[];
  fail(isFailing: boolean): void;
}

describe('what is where, on GitHub', () => {
  it('is recorded once, again where it has changed, and is no matter of the promotion where it fails', async () => {
    const server = await github.useGitHub();
    const opened = github.openForge(server);
    const place: Place = {
      repository: opened.repository,
      deployments: opened.deployments,
      push: async files => await github.pushFiles(server, files),
      head: async () => (await opened.repository.head('main'))?.commit ?? '',
      recorded: () => server.world.deployments.map(({ sha }) => sha),
      link: () =>
        server.world.deployments[0]?.statuses.find(({ state }) => state === 'success')?.environment_url,
      calls: () => server.calls().filter(call => call.includes('/deployments')),
      fail: isFailing => {
        server.faults = line =>
          isFailing && line.includes('/statuses')
            ? { when: 'instead', status: 403, body: { message: 'Resource not accessible by integration' } }
            : undefined;
      },
    };
    await follow(place, { reads: 2, writes: 2 });
    expect(server.world.deployments[0]).toMatchObject({
      task: 'promote',
      environment: 'dev',
      description: 'pinned: api 2.0.0',
      payload: { images: [{ image: 'api', tag: '2.0.0' }], count: 1 },
    });
    // A job's deployment to the same environment, which ends ours.
    server.world.deployments[0]?.statuses.unshift({ id: 99, state: 'inactive' });
    await expectUnchanged(place, 2);
  });
});

describeWith(['git'], 'what is where, on GitLab', () => {
  it('is recorded once, again where it has changed, and is no matter of the promotion where it fails', async () => {
    const server = await gitlab.useGitLab();
    gitlab.pushFiles(server, { 'README.md': '# gitops\n' });
    const opened = gitlab.openForge(server);
    const { world } = server;
    const place: Place = {
      repository: opened.repository,
      deployments: opened.deployments,
      push: async files => gitlab.pushFiles(server, files),
      head: async () => headOf(world, 'main') ?? '',
      recorded: () =>
        world.deployments
          .filter(({ job }) => job === undefined)
          .map(({ sha }) => sha)
          .toReversed(),
      link: () => world.environments[0]?.external_url,
      calls: () => server.calls().filter(call => /\/(?:deployments|environments)/.test(call)),
      fail: isFailing => {
        server.faults = line =>
          isFailing && line.startsWith('POST') && line.includes('/deployments')
            ? { status: 403, body: { message: '403 Forbidden' } }
            : undefined;
      },
    };
    await follow(place, { reads: 3, writes: 2 });
    // A pipeline's own job that enters the environment.
    world.deployments.push({ id: 99, environment: 'dev', job: 42, approvals: [] });
    await expectUnchanged(place, 2);
  });
});

describeWith(['git'], 'a run', () => {
  it('records what it committed itself, a rollback too, and nothing where nothing is asked for', async () => {
    const shop = await createReviewWorld(['deployments: true', 'commit: direct']);
    onTestFinished(() => shop.world.close());
    const made: NewDeployment[] = [];
    const deployments: Deployments = {
      latest: async () => {
        const newest = made.at(-1);
        return newest && { id: made.length, commit: newest.commit, isWhole: true, link: undefined };
      },
      record: async one => void made.push(one),
    };
    Object.assign(shop.effects, { deployments: async () => deployments });
    const tags = () => made.map(({ images }) => images.map(({ tag }) => tag).join());
    for (const version of ['1.0.0', '1.1.0']) {
      await shop.release(version);
      await shop.apply();
    }
    await shop.apply();
    expect([tags(), made.at(-1)?.commit]).toEqual([
      ['1.0.0', '1.1.0'],
      await shop.world.git('rev-parse', 'main'),
    ]);
    const promotion = { ...REQUEST, allowBackward: true };
    const target = { kind: 'steps', count: 1 } as const;
    const asked = { promotion, target, force: false, restore: false, by: 'bob' };
    await rollback(
      shop.effects,
      shop.environments,
      await prepareRollback(shop.effects, shop.environments, asked),
      asked,
    );
    expect([tags().at(-1), made.at(-1)?.commit]).toEqual([
      '1.0.0',
      await shop.world.git('rev-parse', 'main'),
    ]);
    expect(made.every(({ environment }) => environment === 'production')).toBe(true);
  });
});

/** From the first record to a failing one; with a link, which costs a read on GitLab. */
async function follow(
  place: Place,
  cost: { readonly reads: number; readonly writes: number },
): Promise<void> {
  await place.push(pinned('1.0.0'));
  place.calls();
  expect(await run(place)).toEqual([]);
  const first = await place.head();
  expect([place.recorded(), place.link()]).toEqual([[first], 'https://dev.example.com']);
  const asked = place.calls();
  expect(asked.filter(call => call.startsWith('GET')).length, asked.join('\n')).toBeLessThanOrEqual(
    cost.reads,
  );
  expect(asked.filter(call => !call.startsWith('GET')).length).toBeLessThanOrEqual(cost.writes);
  await expectUnchanged(place, 2);
  await place.push({ 'README.md': 'no matter of dev\n' });
  await expectUnchanged(place, 2);
  await place.push(pinned('2.0.0'));
  place.fail(true);
  expect(await run(place)).toEqual([
    expect.stringMatching(/^the deployment to dev is not recorded: .*403|permission/),
  ]);
  place.fail(false);
  expect(await run(place)).toEqual([]);
  expect(place.recorded()).toEqual([await place.head(), first]);
}

async function expectUnchanged(place: Place, most: number): Promise<void> {
  place.calls();
  const before = place.recorded();
  expect(await run(place)).toEqual([]);
  expect(place.recorded()).toEqual(before);
  const asked = place.calls();
  expect(
    asked.every(call => call.startsWith('GET')),
    asked.join('\n'),
  ).toBe(true);
  expect(asked.length).toBeLessThanOrEqual(most);
}

/** A run that changes nothing; answers what it logged. */
async function run({ repository, deployments, head }: Place): Promise<readonly string[]> {
  const logged: string[] = [];
  const environments = parseEnvironments(FILE(LINK), 'environments.yaml');
  const effects: Pick<Effects, 'repository' | 'deployments' | 'log'> = {
    repository: async () => repository,
    deployments: async () => deployments,
    log: text => logged.push(text),
  };
  const commit = await head();
  await recorded(
    { effects, environments, name: 'dev', run: 'https://ci.example/1' },
    async () => 'done',
    () => ({
      commit,
      results: [],
    }),
  );
  return logged;
}
