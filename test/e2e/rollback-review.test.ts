import { expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createRollbackStage, type RollbackStage, type Way } from './rollback-stage.ts';

const TWO = '    gates: { approval: { by: stated, count: 2 } }\n';

describeWith(['git'], 'what is asked of a rollback', () => {
  it.each([
    ['one approval where a promotion needs two', TWO, 1],
    ['as many as it says itself', `${TWO}    rollback: { approval: { count: 2 } }\n`, 2],
    ['none where a promotion needs none', '', 0],
  ])('is %s', async (_, gates, needed) => {
    const stage = await open('direct', gates);
    for (const version of ['1.0.0', '1.1.0']) await stage.deliver(version);
    for (let given = 0; given <= needed; given += 1) {
      const approvals = ['ann', 'bob'].slice(0, given).flatMap(name => ['--approved-by', name]);
      const ran = await stage.run('rollback', 'production', '--yes', '--format', 'json', ...approvals);
      expect([ran.code, JSON.parse(ran.stdout).state]).toEqual([0, given < needed ? 'waiting' : 'done']);
    }
  });

  it('leaves an open branch of a promotion alone, which the next apply builds anew', async () => {
    const stage = await open('merge');
    for (const version of ['1.0.0', '1.1.0']) await stage.deliver(version);
    const open130 = await proposeOnly(stage, '1.3.0');
    const ran = await stage.run('rollback', 'production', '--yes');
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('promote/production/all is open')]);
    expect(await stage.git('rev-parse', 'promote/production/all')).toBe(open130);
    await stage.git('merge', '--quiet', '--no-edit', 'promote/production/rollback+api');
    expect((await stage.run('apply', 'production')).code).toBe(0);
    const files = await stage.git('show', 'promote/production/all:production/values.yaml');
    expect(files).toContain('1.3.0@');
    expect(await stage.git('merge-base', 'main', 'promote/production/all')).toBe(
      await stage.git('rev-parse', 'main'),
    );
  });

  it('shows what would happen, and does it only where the person agrees', async () => {
    const stage = await open('direct');
    for (const version of ['1.0.0', '1.1.0']) await stage.deliver(version);
    const head = await stage.git('rev-parse', 'HEAD');
    const refused = await stage.answer(false, 'rollback', 'production');
    expect([refused.code, refused.stdout]).toEqual([0, expect.stringContaining('1.1.0 -> 1.0.0')]);
    expect(await stage.git('rev-parse', 'HEAD')).toBe(head);
    expect((await stage.answer(true, 'rollback', 'production')).code).toBe(0);
    expect(await stage.git('rev-parse', 'HEAD~1')).toBe(head);
  });
});

async function open(way: Way, gates = ''): Promise<RollbackStage> {
  const stage = await createRollbackStage(way, false, gates);
  onTestFinished(() => stage.close());
  return stage;
}

/** Builds a version and proposes it for production, without merging; answers the branch's commit. */
async function proposeOnly(stage: RollbackStage, version: string): Promise<string> {
  await expect(stage.deliver(version, false)).resolves.toMatch(/^sha256:/);
  return await stage.git('rev-parse', 'promote/production/all');
}
