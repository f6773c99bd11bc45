import { expect, it } from 'vitest';
import { startRegistry } from '../servers/registry.ts';
import { describeWith } from '../servers/tools.ts';
import { build, push } from './shop.ts';
import { createWorld, type Ran } from './world.ts';

const BRANCH = 'promote/qa/api';

describeWith(['git'], 'a promotion through a branch for review, without a remote', () => {
  it('waits for the merge, writes nothing meanwhile, and is done after it', async () => {
    const registry = await startRegistry();
    const { host } = registry;
    const world = await createWorld({
      'environments.yaml': `version: 1
images: { api: {} }
environments:
  qa: { from: build, registry: "${host}/qa", files: ["qa/*.yaml"] }
`,
      'qa/api.yaml': `image:\n  repository: ${host}/qa/api\n  tag: "0"\n`,
    });
    const apply = async () => {
      const ran: Ran = await world.run('apply', 'qa', '--image', image, '--format', 'json');
      expect(ran.code, ran.stderr).toBe(0);
      return JSON.parse(ran.stdout).state;
    };
    const image = `api=${host}/build/api:1.0.0`;
    try {
      await push(build('1.0.0'), `${host}/build/api:1.0.0`);
      expect(await apply()).toBe('waiting');
      const branch = await world.git('rev-parse', BRANCH);
      expect(await world.git('diff', '--name-only', 'main', BRANCH)).toBe('qa/api.yaml');
      registry.requests();
      expect(await apply()).toBe('waiting');
      expect(await world.git('rev-parse', BRANCH)).toBe(branch);
      expect(registry.requests().filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
      await world.git('merge', '--quiet', BRANCH);
      expect(await apply()).toBe('nothing');
    } finally {
      await Promise.all([registry.stop(), world.close()]);
    }
  });
});
