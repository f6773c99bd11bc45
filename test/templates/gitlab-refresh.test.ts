import { expect, it } from 'vitest';
import { type BaseWorld, createBaseWorld } from '../commands/refresh/base-world.ts';
import { describeWith } from '../servers/tools.ts';
import { createProject } from './gitlab-project.ts';

describeWith(['git', 'bash'], "the refresh component in a project's own pipeline", () => {
  it('proposes what the named files are built on, once', async () => {
    const world: BaseWorld = await createBaseWorld('{}');
    try {
      const node = await world.publish('base/node:20', ['a']);
      const ruby = await world.publish('base/ruby:3', ['a']);
      await world.put({
        Dockerfile: `FROM HOST/base/node:20@${node}\n`,
        'web/Dockerfile': `FROM HOST/base/ruby:3@${ruby}\n`,
      });
      const digest = await world.publish('base/node:20', ['b']);
      await world.publish('base/ruby:3', ['b']);
      const project = await createProject(
        world,
        [{ component: 'refresh', inputs: { paths: 'Dockerfile' } }],
        {
          local: true,
        },
      );
      const refresh = async () => await project.run('--variable', 'CI_PIPELINE_SOURCE=schedule');
      expect(await refresh()).toContain('opened');
      const branches = await world.git('ls-remote', '--heads', 'origin', 'promote/refresh/*');
      expect(branches.split('\n')).toHaveLength(1);
      await world.git('fetch', '--quiet', 'origin');
      const branch = branches.replace(/^.*refs\/heads\//, '');
      expect(await world.git('show', `origin/${branch}:Dockerfile`)).toContain(digest);
      expect(await refresh()).toContain('open already');
      expect(await world.git('ls-remote', '--heads', 'origin', 'promote/refresh/*')).toBe(branches);
    } finally {
      await world.close();
    }
  });
});
