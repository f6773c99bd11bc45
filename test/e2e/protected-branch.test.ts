import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createWorld, type World } from './world.ts';

describeWith(['git'], 'a CI job on a branch of its own', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld(
      { 'environments.yaml': environments('registry.example/dev'), 'dev.yaml': values('main') },
      { CI: 'true' },
    );
    const { git, directory, repository } = world;
    await git('clone', '--quiet', '--bare', repository, join(directory, 'origin.git'));
    await git('remote', 'add', 'origin', join(directory, 'origin.git'));
    await git('checkout', '--quiet', '-b', 'feature');
    await world.write('environments.yaml', environments('registry.example/evil'));
    await world.write('dev.yaml', values('feature'));
    await git('commit', '--quiet', '--all', '--message=Mine alone');
    await git('push', '--quiet', '--set-upstream', 'origin', 'feature');
  });
  afterEach(async () => await world.close());

  it('is governed by the file and the pins of the default branch', async () => {
    const { code, stdout, stderr } = await world.run('status', '--format', 'json');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('"main"');
    expect(stdout).not.toMatch(/feature|evil/);
  });

  it('takes the pins from the branch that the file of the default branch names', async () => {
    const { git, write, run } = world;
    await git('push', '--quiet', 'origin', 'main:deployed');
    await git('checkout', '--quiet', 'main');
    await write('environments.yaml', environments('registry.example/dev', 'deployed'));
    await write('dev.yaml', values('undeployed'));
    await git('commit', '--quiet', '--all', '--message=Deploy from a branch');
    await git('push', '--quiet', 'origin', 'main');
    await git('checkout', '--quiet', 'feature');
    const { code, stdout } = await run('status', '--format', 'json');
    expect([code, stdout]).toEqual([0, expect.stringContaining('"main"')]);
    expect(stdout).not.toMatch(/feature|evil|undeployed/);
  });
});

function environments(registry: string, branch?: string): string {
  return `version: 1
images: { api: {} }
${branch === undefined ? '' : `deployments: { branch: ${branch} }\n`}environments:
  dev: { from: build, registry: ${registry}, files: ["dev.yaml"], commit: direct }
`;
}

function values(tag: string): string {
  return `image:\n  repository: registry.example/dev/api\n  tag: ${tag}\n`;
}
