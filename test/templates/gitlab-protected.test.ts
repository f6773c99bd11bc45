import { expect, it } from 'vitest';
import { gitlabVariables } from '../e2e/gitlab-place.ts';
import { build, push } from '../e2e/shop.ts';
import { createWorld } from '../e2e/world.ts';
import { startDockerRegistry } from '../servers/docker-registry.ts';
import { PROJECT, startGitLab } from '../servers/gitlab.ts';
import { describeWith } from '../servers/tools.ts';
import { createProject } from './gitlab-project.ts';
import { shopFiles } from './shop-files.ts';

const ENVIRONMENT = 'production';
/** Which the runner gives all jobs alike. */
const JOB = 42;

describeWith(['docker-registry', 'git', 'bash'], 'GitLab components for a protected environment', () => {
  it('promote, and roll back, what a job before planned and people let through', async () => {
    const [registry, gitlab] = await Promise.all([startDockerRegistry(), startGitLab()]);
    const world = await createWorld(
      shopFiles(registry.host, {
        production: ['commit: direct', 'gates: { approval: { by: environment } }'],
      }),
    );
    try {
      const project = await createProject(
        world,
        [
          {
            component: 'promote',
            inputs: { environment: 'dev', images: `api=${registry.host}/build/api:$VERSION` },
          },
          { component: 'promote', inputs: { environment: ENVIRONMENT, action: 'plan' } },
          { component: 'promote', inputs: { environment: ENVIRONMENT, plan: 'earlier', stage: 'after' } },
          { component: 'rollback', inputs: { environment: ENVIRONMENT, action: 'plan to roll back' } },
          { component: 'rollback', inputs: { environment: ENVIRONMENT, stage: 'after' } },
        ],
        {
          variables: { ...gitlabVariables(gitlab), CI_JOB_ID: String(JOB) },
          origin: { bare: gitlab.world.bare, url: `${gitlab.url}/${PROJECT}.git` },
        },
      );
      const deployed = async () => await project.read('production/api.yaml');
      const digests: string[] = [];
      for (const version of ['1.4.2', '1.5.0']) {
        digests.push(await push(build(version), `${registry.host}/build/api:${version}`));
        await project.run('apply dev', '--variable', `VERSION=${version}`);
        await project.run(`plan ${ENVIRONMENT}`);
        decided([]);
        await project.run(`apply ${ENVIRONMENT}`);
        expect(await deployed()).not.toContain(digests.at(-1));
        decided(['carol']);
        await project.run(`apply ${ENVIRONMENT}`);
        expect(await deployed()).toContain(digests.at(-1));
      }
      const back = `roll back ${ENVIRONMENT}`;
      await project.run(`plan to ${back}`);
      expect(await deployed()).toContain(digests[1]);
      await project.run(back, '--manual', `plan to ${back}`);
      expect(await deployed()).toContain(digests[0]);
    } finally {
      expect(gitlab.violations).toEqual([]);
      await Promise.all([registry.stop(), gitlab.close(), world.close()]);
    }

    function decided(names: readonly string[]): void {
      const approvals = names.map(username => ({ username, status: 'approved' }));
      gitlab.world.deployments.splice(0, 1, { id: 3, environment: ENVIRONMENT, job: JOB, approvals });
    }
  });
});
