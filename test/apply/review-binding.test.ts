import { afterEach, describe, expect, it } from 'vitest';
import { applyEnvironment } from '../../src/apply/apply.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { ApplyResult } from '../../src/reports/apply.ts';
import { beginRun, readPlanBook } from '../../src/run/run.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const BRANCH = 'promote/production/all';

describeWith(['git'], 'what a review is for', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('is told by nobody who asked, through rebuilds, later runs and what others amend', async () => {
    await propose();
    await shop.release('1.1.0');
    await shop.apply();
    expect(await message()).toContain('Promote-Requested-By: rita 11');
    await amend('mallory', (await message()).replace('rita 11', 'bob 12'));
    await shop.forge.review('rita', 'approved', { reviewer: { id: '11', name: 'renamed' } });
    const result = await shop.apply({ requestedBy: 'bob' });
    expect(reasonOf(result)).toContain('renamed: asked for the promotion');
  });

  it('is told by nobody who asked before the branch was spoiled and cleaned up', async () => {
    await propose();
    await shop.commit(BRANCH, 'production/other.yaml', 'a: 1\n');
    await shop.forge.end('closed', 'branch');
    await shop.world.git('branch', '-D', BRANCH);
    await shop.apply({ requestedBy: undefined, requesters: [] });
    expect(await shop.forge.pulls()).toMatchObject([{ state: 'closed' }, { state: 'open' }]);
    await shop.forge.review('rita', 'approved', { reviewer: { id: '11', name: 'rita' } });
    expect(reasonOf(await shop.apply())).toContain('rita: asked for the promotion');
  });

  it('is told by nobody who is stated to have asked, in whatever case', async () => {
    await propose({ requestedBy: 'Rita', requesters: [] });
    await shop.forge.review('rita');
    expect(reasonOf(await shop.apply())).toContain('rita: asked for the promotion');
  });

  it('is for the tags as well as for the pins, and a changed decision makes a new head', async () => {
    await propose();
    await shop.forge.review('alice');
    const before = await head();
    const result = await applyWith(
      '    files: ["production/*.yaml"]\n    tags: ["{tag}", { name: live, moves: true }]',
    );
    expect(reasonOf(result)).toContain('alice: given on another plan');
    expect(await head()).not.toBe(before);
    expect(await shop.promoted()).toEqual([]);
  });

  it('stays where only labels or another image change', async () => {
    await propose();
    await shop.forge.review('alice');
    const result = await applyWith(
      '    files: ["production/*.yaml"]\n    pullRequest: { labels: [x], reviewers: [zoe] }',
      '{ new: { source: "oci:../build/new" }, ',
    );
    expect(reasonOf(result)).toContain('1 of 1: alice');
    expect(await shop.promoted()).toEqual(['1.0.0']);
  });

  it('counts from two people of whom one pressed the button that merges the base in', async () => {
    await propose({}, '{ count: 2, users: [alice, bob] }');
    await shop.forge.review('bob');
    await shop.commit('main', 'README.md', 'moved\n');
    await onBranch('alice', 'merge', '--quiet', '--no-ff', `--message=Merge branch 'main' into x`, 'main');
    await shop.forge.review('alice');
    expect(reasonOf(await shop.apply())).toMatch(/^2 of 2: /);
  });

  it('is for nothing where the head changes something else than the plan', async () => {
    await propose();
    await shop.commit(BRANCH, 'production/other.yaml', 'a: 1\n');
    await shop.forge.review('alice');
    const { groups } = await shop.apply();
    expect(groups[0]?.pins).toMatchObject({ kind: 'stopped' });
    expect(await shop.status()).toBe('failure');
  });

  it('counts for nothing where it is not told who pushed, and says so', async () => {
    await propose();
    await shop.forge.review('alice');
    Object.assign(shop.forge, { heads: async () => [] });
    const reason = reasonOf(await shop.apply());
    expect(reason).toContain('alice: the forge does not list who pushed the branch');
    expect(await shop.promoted()).toEqual([]);
  });

  it('is asked for again where it was given before the upgrade', async () => {
    await propose();
    const run = await beginRun(shop.effects, shop.environments, REQUEST);
    const [group] = (await shop.apply()).groups;
    if (group === undefined || !('plan' in group.decision)) throw new Error('nothing is planned');
    const { plan } = group.decision;
    const former = (await readPlanBook(run)).formerDigest(plan);
    await amend('promote', (await message()).replace(plan.digest, former));
    await shop.forge.review('alice');
    expect(reasonOf(await shop.apply())).toContain('alice: given before the upgrade, please review again');
  });

  describe('by the trusted root of who signs reports', () => {
    const signers = '{ keyless: { identity: a, issuer: "https://a" }, trustedRoot: root.json }';
    const gates = `{ approval: {}, vulnerabilities: { max: low, report: optional, signers: ${signers} } }`;
    const holding = (content: string) =>
      Object.assign(shop.effects, { rootDigest: async () => digestOf(content) });
    const begin = async () => {
      shop = await createReviewWorld([`gates: ${gates}`]);
      Object.assign(shop.effects, { trust: async () => ({ signers: [], root: async () => ({}) }) });
      await shop.release('1.0.0');
    };

    it('outlives the upgrade by which its content counts', async () => {
      await begin();
      await shop.apply();
      await shop.forge.review('alice');
      const proposed = await head();
      holding('one');
      expect(reasonOf(await shop.apply())).toMatch(/^1 of 1: /);
      expect(await head()).toBe(proposed);
    });

    it('is for the content that it was given for', async () => {
      await begin();
      holding('one');
      await shop.apply();
      await shop.forge.review('alice');
      holding('two');
      expect(reasonOf(await shop.apply())).toContain('0 of 1');
      expect(await shop.promoted()).toEqual([]);
    });
  });

  async function propose(request: Parameters<ReviewWorld['apply']>[0] = {}, approval = '{}'): Promise<void> {
    shop = await createReviewWorld([`gates: { approval: ${approval} }`]);
    await shop.release('1.0.0');
    await shop.apply({ requestedBy: 'rita', requesters: [{ name: 'rita', id: '11' }], ...request });
  }

  /** One run under a changed environments file. */
  async function applyWith(files: string, images = '{ '): Promise<ApplyResult> {
    const text = (await shop.world.read('environments.yaml'))
      .replace('    files: ["production/*.yaml"]', files)
      .replace('images: { ', `images: ${images}`);
    return await applyEnvironment(shop.effects, parseEnvironments(text, 'environments.yaml'), REQUEST);
  }

  async function amend(person: string, text: string): Promise<void> {
    await onBranch(person, 'commit', '--quiet', '--amend', '--reset-author', `--message=${text}`);
  }

  async function onBranch(person: string, ...args: readonly string[]): Promise<void> {
    const { world } = shop;
    await world.git('checkout', '--quiet', BRANCH);
    await runProgram('git', ['-C', world.repository, ...args], { ...world.env, GIT_COMMITTER_NAME: person });
    await world.git('checkout', '--quiet', 'main');
  }

  async function head(): Promise<string> {
    return await shop.world.git('rev-parse', BRANCH);
  }

  async function message(): Promise<string> {
    return await shop.world.git('log', '-1', '--format=%B', BRANCH);
  }
});

function reasonOf({ groups }: ApplyResult): string | undefined {
  const [decision] = groups.map(group => group.decision);
  const verdicts = decision !== undefined && 'verdicts' in decision ? decision.verdicts : [];
  return verdicts.find(({ gate }) => gate === 'approval')?.reason;
}
