import { afterEach, expect, it } from 'vitest';
import { applyEnvironment } from '../../src/apply/apply.ts';
import { PromoteError } from '../../src/errors.ts';
import type { CommitRequest, Repository } from '../../src/git/repository.ts';
import type { Effects } from '../../src/run/effects.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const IMAGES = ['api', 'web', 'job'];
const EACH = ['commit: direct', 'pullRequest: { group: image }'];

describeWith(['git'], 'several groups of one run that are committed to the branch itself', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** Promotes them all; `commit` comes before each commit, and may throw. */
  async function promote(
    commit: (request: CommitRequest) => Promise<void> | void,
    more: Partial<Effects> = {},
  ) {
    const wrapped = new Map<Repository, Repository>();
    const effects: Effects = {
      ...shop.effects,
      repository: async deployment => {
        const repository = await shop.effects.repository(deployment);
        const known = wrapped.get(repository) ?? {
          ...repository,
          commit: async request => {
            await commit(request);
            return await repository.commit(request);
          },
        };
        wrapped.set(repository, known);
        return known;
      },
      ...more,
    };
    return await applyEnvironment(effects, shop.environments, REQUEST);
  }
  const subjects = async () => (await shop.world.git('log', '--format=%s', '--', 'production')).split('\n');

  it('bring their images side by side, and reach the branch in their order by one push', async () => {
    shop = await createReviewWorld(EACH, { images: IMAGES });
    for (const image of IMAGES) await shop.release('1.0.0', image);
    const pushes: number[] = [];
    const events: string[] = [];
    const result = await promote(
      ({ below }) => {
        events.push('commit');
        pushes.push((below?.length ?? 0) + 1);
      },
      { log: line => events.push(line) },
    );
    expect(result.state).toBe('done');
    expect(pushes).toEqual([3]);
    expect(events.at(-1)).toBe('commit');
    const commits = result.groups.map(({ decision, done }) => [decision.group, done?.copied, done?.pins]);
    const made = (await shop.world.git('log', '-3', '--reverse', '--format=%H')).split('\n');
    const groups = result.groups.map(({ decision }) => decision.group);
    expect(commits).toEqual(
      groups.map((group, at) => [group, 1, { kind: 'committed', branch: 'main', commit: made[at] }]),
    );
    expect((await subjects()).length).toBe(4);
    expect(await promote(() => expect.fail('nothing is left'))).toMatchObject({ state: 'nothing' });
  });

  it('do not fail with one of them', async () => {
    shop = await createReviewWorld(EACH, { images: IMAGES });
    for (const image of IMAGES) await shop.release('1.0.0', image);
    const { store } = shop.effects;
    const failing: Effects['store'] = name => {
      const opened = store(name);
      if (!name.endsWith('production/web')) return opened;
      return { ...opened, putManifest: async () => Promise.reject(new PromoteError('REGISTRY', 'no space')) };
    };
    const { state, groups } = await promote(() => undefined, { store: failing });
    expect(state).toBe('failed');
    expect(groups.map(({ decision, failed }) => [decision.group, failed?.message]).toSorted()).toEqual([
      ['api', undefined],
      ['job', undefined],
      ['web', 'no space'],
    ]);
    expect(await shop.world.git('show', 'HEAD:production/web.yaml')).toContain('tag: "0"');
    expect(await shop.world.git('show', 'HEAD:production/job.yaml')).toContain('tag: "1.0.0@');
  });

  it('are committed one by one where they cannot be together', async () => {
    shop = await createReviewWorld(EACH, { images: IMAGES });
    for (const image of IMAGES) await shop.release('1.0.0', image);
    const { state } = await promote(({ below = [], files }) => {
      if (below.length > 0 || files.has('production/web.yaml')) throw new PromoteError('GIT', 'refused');
    });
    expect(state).toBe('failed');
    expect((await subjects()).length).toBe(3);
  });

  it('are committed again on a branch that moved, and leave out what no longer holds', async () => {
    shop = await createReviewWorld(EACH, { images: IMAGES });
    for (const image of IMAGES) await shop.release('1.0.0', image);
    let isFirst = true;
    const result = await promote(async () => {
      if (!isFirst) return;
      isFirst = false;
      await shop.commit(
        'main',
        'production/web.yaml',
        'image:\n  repository: oci:../production/web\n  tag: "9"\n',
      );
    });
    expect(result.groups.filter(({ done }) => done?.pins.kind === 'committed').length).toBeGreaterThanOrEqual(
      2,
    );
    for (const image of ['api', 'job'])
      expect(await shop.world.git('show', `HEAD:production/${image}.yaml`)).toContain('tag: "1.0.0@');
  });

  it('leave out what is held since their gates were judged', async () => {
    shop = await createReviewWorld(EACH, { images: IMAGES });
    for (const image of IMAGES) await shop.release('1.0.0', image);
    let isFirst = true;
    await promote(async () => {
      if (!isFirst) return;
      isFirst = false;
      const hold = `{ environment: production, image: web, digest: all, reason: r, by: bob, since: "2026-11-21T11:00:00Z" }`;
      await shop.commit('main', 'promote-holds.yaml', `- ${hold}\n`);
    });
    expect(await shop.world.git('show', 'HEAD:production/web.yaml')).toContain('tag: "0"');
    expect(await shop.world.git('show', 'HEAD:production/job.yaml')).toContain('tag: "1.0.0@');
  });

  it('are not committed in a freeze that began once their images were there', async () => {
    const freeze = 'gates: { freeze: [{ from: 2026-11-22, until: 2026-11-23 }] }';
    shop = await createReviewWorld([...EACH, freeze], { images: IMAGES });
    for (const image of IMAGES) await shop.release('1.0.0', image);
    let tagged = 0;
    const log = (line: string) => {
      if (line.startsWith('tagged oci:../production/')) tagged += 1;
    };
    const now = () => new Date(tagged < IMAGES.length ? '2026-11-21T23:59:00Z' : '2026-11-22T00:01:00Z');
    await promote(() => expect.fail('it is frozen'), { log, now });
    expect(tagged).toBe(IMAGES.length);
    expect(await shop.world.git('show', 'HEAD:production/web.yaml')).toContain('tag: "0"');
  });
});
