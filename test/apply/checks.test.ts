import { afterEach, expect, it } from 'vitest';
import type { CheckedCommit, CommitCheck } from '../../src/forges/commit-checks.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const NOW = '2026-11-21T12:00:00Z';

describeWith(['git'], 'checks of the environment before', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** Has the forge report on commits, by their places before the head; notes what it is asked. */
  function reporting(reports: Readonly<Record<number, readonly Partial<CommitCheck>[]>>) {
    const asked: string[] = [];
    async function* checkedCommits(head: string): AsyncGenerator<CheckedCommit> {
      const listed = (await shop.world.git('rev-list', '--first-parent', head)).split('\n');
      for (const [at, commit] of listed.entries()) {
        const checks = async (kind: string) => {
          asked.push(`${kind} ${at}`);
          const given = (reports[at] ?? []).filter(one => (one.kind ?? 'status') === kind);
          return given.map(
            one => ({ kind: 'status', name: 'e2e', state: 'passed', said: 'x', ...one }) as CommitCheck,
          );
        };
        yield { commit, checks };
      }
    }
    Object.assign(shop.forge, { checkedCommits });
    return asked;
  }

  /** The gate's answer of one run. */
  async function checked(at = NOW) {
    Object.assign(shop.effects, { now: () => new Date(at) });
    const { groups } = await shop.apply();
    return groups[0]?.decision.judged[0]?.verdicts.find(({ gate }) => gate === 'checks');
  }

  /** A world that asks for the checks, whose dev pins 1.0.0 since as many commits. */
  async function world(checks: string, later = 0) {
    shop = await createReviewWorld([`gates: { checks: ${checks} }`]);
    await shop.release('1.0.0');
    for (let count = 0; count < later; count += 1) await shop.commit('main', 'README.md', `${count}\n`);
  }

  it('count on the commit that pinned the digest, and on no older one', async () => {
    await world('[{ status: e2e }]');
    const asked = reporting({ 1: [{}] });
    expect(await checked()).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('not there') });
    expect([asked, await shop.promoted()]).toEqual([['status 0'], []]);
    reporting({ 0: [{}] });
    expect(await checked()).toMatchObject({ kind: 'open' });
    expect([await shop.promoted(), await shop.status()]).toEqual([['1.0.0'], 'success']);
  });

  it('count on a later commit of the branch, whose newest decides', async () => {
    await world('[{ status: e2e }]', 3);
    reporting({ 3: [{}], 2: [{ state: 'failed', said: 'error' }], 1: [{ state: 'none', said: 'skipped' }] });
    expect(await checked()).toMatchObject({ kind: 'closed', reason: expect.stringContaining('error') });
    reporting({ 3: [{ state: 'failed' }], 1: [{}] });
    expect(await checked()).toMatchObject({ kind: 'open' });
  });

  it('wait where one is pending, and are asked no further than they are found', async () => {
    await world('[{ status: e2e }, { status: { pattern: "kustomization/.*" } }]', 3);
    const flux = { name: 'kustomization/apps/1a2b' };
    const asked = reporting({ 1: [{ state: 'pending', said: 'queued' }, flux], 0: [flux] });
    expect(await checked()).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('queued') });
    expect(asked).toEqual(['status 0', 'status 1']);
  });

  it('of a pattern all have to have passed', async () => {
    await world('[{ status: { pattern: "argocd/.*" } }]');
    reporting({ 0: [{ name: 'argocd/a' }, { name: 'argocd/b', state: 'failed', said: 'failure' }] });
    expect(await checked()).toMatchObject({
      kind: 'closed',
      reason: expect.stringContaining('argocd/b failure'),
    });
  });

  it('are by the App that is named, and never our own status', async () => {
    await world('[{ status: { pattern: ".*" }, app: argo-cd }]');
    const own = { name: 'promote/gate', app: 'argo-cd' };
    reporting({ 0: [own, { user: 'argo-cd' }, { app: 'other' }, {}] });
    // Who has reported it in place of that App is told, as the name may be wrong.
    expect(await checked()).toMatchObject({
      kind: 'waiting',
      reason: expect.stringContaining('reported by argo-cd, other, nobody who is named instead'),
    });
    reporting({ 0: [own, { app: 'argo-cd' }] });
    expect(await checked()).toMatchObject({ kind: 'open' });
  });

  it('close once the time since the pinning commit is up', async () => {
    await world('[{ status: e2e, timeout: 30m }]');
    reporting({});
    const pinned = Number(await shop.world.git('log', '-1', '--format=%ct')) * 1000;
    const after = (minutes: number) => new Date(pinned + minutes * 60_000).toISOString();
    expect(await checked(after(29))).toMatchObject({ kind: 'waiting' });
    expect(await checked(after(30))).toMatchObject({ kind: 'closed' });
  });

  it('are looked for on thirty commits at most, which is told', async () => {
    await world('[{ status: e2e }, { pipeline: push }]', 35);
    const asked = reporting({ 20: [{}] });
    expect(await checked()).toMatchObject({
      kind: 'waiting',
      reason: expect.stringContaining('6 commits between were not looked at'),
    });
    expect(asked).toHaveLength(60);
    reporting({ 35: [{}, { kind: 'pipeline', name: 'push' }] });
    expect(await checked()).toMatchObject({ kind: 'open' });
  });

  it('are asked once for all images', async () => {
    const images = ['api', 'web', 'worker'];
    shop = await createReviewWorld(['gates: { checks: [{ status: e2e }] }'], { images });
    for (const image of images) await shop.release('1.0.0', image);
    const asked = reporting({ 2: [{}] });
    await checked();
    // The newest is pinned by the head; the oldest by the third commit.
    expect(asked).toEqual(['status 0', 'status 1', 'status 2']);
  });

  it('are closed where the forge cannot be asked, and for what it does not have', async () => {
    await world('[{ status: e2e }]');
    expect(await checked()).toMatchObject({ kind: 'closed', reason: expect.stringContaining('no forge') });
    await shop.world.close();
    await world('[{ pipeline: push }]');
    Object.assign(shop.forge, {
      checkedCommits: async function* (commit: string) {
        yield { commit, checks: async () => undefined };
      },
    });
    expect(await checked()).toMatchObject({
      kind: 'closed',
      reason: expect.stringContaining('no pipelines'),
    });
  });

  it('are of the digest in the environment before, and of no other', async () => {
    await world('[{ status: e2e }]');
    reporting({ 0: [{}] });
    const images = new Map([['api', 'oci:../build/api:1.0.0']]);
    await shop.release('2.0.0');
    expect(await shop.apply({ images, allowDirect: true })).toMatchObject({
      state: 'closed',
      groups: [{ decision: { judged: [{ verdicts: [{ gate: 'checks', kind: 'closed' }] }] } }],
    });
  });

  it('ask a URL of the digest', async () => {
    const url = 'url: "https://status.example/{image}/{digest}", path: /state, value: ok';
    shop = await createReviewWorld([`gates: { checks: [{ ${url} }] }`], {
      more: 'hosts: { status.example: {} }',
    });
    await shop.release('1.0.0');
    const asked: string[] = [];
    const answer = async ({ pathname }: URL) => {
      asked.push(pathname);
      return { status: 200, bytes: Buffer.from('{"state":"ok"}') };
    };
    Object.assign(shop.effects, { answer });
    expect(await checked()).toMatchObject({ kind: 'open', evidence: [expect.stringMatching(/^sha256:/)] });
    expect(asked).toEqual([expect.stringMatching(/^\/api\/sha256%3A[0-9a-f]{64}$/)]);
  });

  it('cost nothing where none are asked for', async () => {
    shop = await createReviewWorld(['commit: pull-request']);
    await shop.release('1.0.0');
    const asked = reporting({ 0: [{}] });
    await shop.apply();
    expect([asked, await shop.promoted()]).toEqual([[], ['1.0.0']]);
  });
});
