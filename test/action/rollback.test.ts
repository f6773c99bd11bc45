import { describe, expect, it, onTestFinished } from 'vitest';
import { build, createShop, push } from '../e2e/shop.ts';
import { startRegistry } from '../servers/registry.ts';
import { type Step, useActions } from './step.ts';

describe('actions/rollback', () => {
  const runStep = useActions();

  async function createStage() {
    const registry = await startRegistry();
    const { host } = registry;
    const shop = await createShop({ near: host, far: host });
    onTestFinished(async () => {
      await shop.close();
      await registry.stop();
    });
    const run = async (action: Step['action'], inputs: Step['inputs']) =>
      await runStep({ action, inputs, workspace: shop.repository, env: { GITHUB_ACTOR: 'rita' } });
    for (const version of ['1.0.0', '1.1.0']) {
      await push(build(version), `${host}/build/api:${version}`);
      await run('promote', { environment: 'dev', images: `api=${host}/build/api:${version}` });
    }
    return { shop, run };
  }

  it('rolls back by one commit that says why, and keeps what it left out', async () => {
    const { shop, run } = await createStage();
    const back = await run('rollback', { environment: 'dev', reason: 'too slow' });
    expect(back).toMatchObject({ failed: false, outputs: { state: 'done', changed: 'true' } });
    expect(await shop.git('show', 'main:dev/values.yaml')).toContain(build('1.0.0').index.descriptor.digest);
    expect(await shop.git('show', 'main:promote-holds.yaml')).toContain('too slow');
    const { outputs, summary } = await run('status', {});
    expect(JSON.parse(outputs.board ?? '').holds).toMatchObject([{ image: 'api', reason: 'too slow' }]);
    expect(summary).toContain('too slow');
  });

  it.each([{ steps: '0' }, { steps: '1', to: '1.0.0' }, { images: 'nothing' }])(
    'refuses %o, and changes nothing',
    async inputs => {
      const { shop, run } = await createStage();
      const before = await shop.git('rev-parse', 'main');
      expect(await run('rollback', { environment: 'dev', ...inputs })).toMatchObject({ failed: true });
      expect(await shop.git('rev-parse', 'main')).toBe(before);
    },
  );
});
