import { afterEach, expect, it } from 'vitest';
import { applyEnvironment } from '../../src/apply/apply.ts';
import { EVENTS, type Notification } from '../../src/environments/notifications.ts';
import { PromoteError } from '../../src/errors.ts';
import { ROLLBACK } from '../../src/plan/groups.ts';
import type { PromotionEvent } from '../../src/reports/notifications/event.ts';
import { eventsOf } from '../../src/run/notify/events.ts';
import { type SeenChange, watched } from '../../src/run/notify/watch.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const EVERYTHING: Notification = {
  to: 'slack',
  url: 'env://SLACK',
  events: EVENTS,
  environments: [],
  quiet: [],
};

describeWith(['git'], 'what others are told of a run', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** One run with somebody to tell; answers what they were told. */
  async function told(fails = false, environment = 'production') {
    const changes: SeenChange[] = [];
    const events: PromotionEvent[] = [];
    const lines: string[] = [];
    const effects = {
      ...shop.effects,
      forge: async () => watched(shop.forge, change => changes.push(change)),
      log: (line: string) => lines.push(line),
      notifier: {
        drain: () => changes.splice(0),
        deliver: async (_: Notification, event: PromotionEvent) => {
          if (fails) throw new PromoteError('UNREACHABLE', 'hooks.example: no route');
          events.push(event);
        },
      },
    };
    const environments = { ...shop.environments, notifications: [EVERYTHING] };
    const result = await applyEnvironment(effects, environments, { ...REQUEST, environment });
    return { events, lines, state: result.state };
  }
  const kinds = async () => (await told()).events.map(({ kind }) => kind);

  it('is each change once, and nothing while it waits', async () => {
    shop = await createReviewWorld(['gates: { approval: { count: 1, users: [alice] } }']);
    await shop.release('1.0.0');
    const { events } = await told();
    expect(events).toMatchObject([
      {
        kind: 'opened',
        environment: 'production',
        group: 'all',
        plan: expect.stringMatching(/^sha256:/),
        images: [{ image: 'api', tag: '1.0.0' }],
        url: 'https://forge.example/pull/1',
        isRollback: false,
      },
    ]);
    expect([await kinds(), await kinds()]).toEqual([[], []]);
    await shop.forge.review('alice');
    expect([await kinds(), await kinds()]).toEqual([['green'], []]);
  });

  it('is a merge that the run made', async () => {
    shop = await createReviewWorld(['pullRequest: { merge: automatic }']);
    await shop.release('1.0.0');
    expect([await kinds(), await kinds()]).toEqual([['opened', 'green', 'merged'], []]);
  });

  it('is a commit to the branch itself', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await shop.release('1.0.0');
    const { events } = await told();
    expect(events).toMatchObject([
      { kind: 'merged', commit: expect.stringMatching(/^[0-9a-f]{40}$/), url: undefined },
    ]);
    expect(await kinds()).toEqual([]);
  });

  it('harms nothing where it does not arrive, and that is said without the address', async () => {
    shop = await createReviewWorld(['pullRequest: { merge: automatic }']);
    await shop.release('1.0.0');
    const { state, lines } = await told(true);
    expect(state).toBe('done');
    expect(lines.filter(line => line.startsWith('slack (env://SLACK) was not told'))).toEqual([
      'slack (env://SLACK) was not told that production opened: hooks.example: no route',
      'slack (env://SLACK) was not told of 2 further changes either: it is away',
    ]);
  });
});

it('is a rollback that was merged, and each failure, of a group or of the run', () => {
  const commits = { branch: 'releases/{environment}/{group}' };
  const at = {
    environment: { name: 'qa', commits },
    repository: 'gitops',
    time: new Date(0),
    failure: 'no route',
  };
  const group = `${ROLLBACK}api`;
  const decision = { group, judged: [{ image: 'api', verdicts: [] }], state: 'nothing' } as const;
  const failed = new PromoteError('REGISTRY', 'no space');
  const change = { number: 1, branch: `releases/qa/${group}`, url: 'https://forge.example/1' };
  const changes = [
    { ...change, kind: 'opened' as const },
    { ...change, kind: 'merged' as const },
    { kind: 'closed' as const, number: 2, branch: 'releases/qa/web', reason: 'nothing is left' },
  ];
  const told = eventsOf({ ...at, changes, results: [{ decision, failed }] });
  expect(told.map(({ kind, group: of, isRollback, reason }) => [kind, of, isRollback, reason])).toEqual([
    ['opened', group, true, undefined],
    ['rolled-back', group, true, undefined],
    ['failed', group, true, 'no space'],
    ['closed', 'web', false, 'nothing is left'],
    ['failed', undefined, false, 'no route'],
  ]);
});
