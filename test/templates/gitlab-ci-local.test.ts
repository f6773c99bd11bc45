import { afterAll, beforeAll, expect, it } from 'vitest';
import { build, createShop, push } from '../e2e/shop.ts';
import type { World } from '../e2e/world.ts';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { describeWith } from '../servers/tools.ts';
import { createProject, type GitLabProject } from './gitlab-project.ts';

// The runner starts several processes for each job.

describeWith(['docker-registry', 'git', 'bash'], "GitLab components in a project's own pipeline", () => {
  let registry: DockerRegistry;
  let world: World;
  let project: GitLabProject;
  let first: string;
  let second: string;

  beforeAll(async () => {
    registry = await startDockerRegistry();
    world = await createShop({ near: registry.host, far: registry.host });
    first = await push(build('1.4.2'), `${registry.host}/build/api:1.4.2`);
    second = await push(build('1.5.0'), `${registry.host}/build/api:1.5.0`);
    project = await createProject(world, [
      { component: 'pipeline', inputs: { stage: 'promote', images: `api=${registry.host}/build/api:1.4.2` } },
      { component: 'promote', inputs: { environment: 'production', when: 'manual' } },
      { component: 'promote', inputs: { environment: 'qa', action: 'plan' } },
      { component: 'rollback', inputs: { environment: 'qa', reason: 'it is "slow"' } },
      { component: 'refresh' },
      { component: 'mirror' },
    ]);
  });
  afterAll(async () => {
    await Promise.all([registry.stop(), world.close()]);
  });

  it('promote from build to qa by one child pipeline, and leave production to a person', async () => {
    await project.run('--stage', 'promote');
    expect(await project.read('dev/values.yaml')).toContain(`"1.4.2@${first}"`);
    expect(await project.read('qa/kustomization.yaml')).toContain(`digest: ${first}`);
    expect(await tagged('dev/api', '1.4.2')).toBe(first);
    expect(await tagged('qa/api', '1.4.2')).toBe(first);
    expect(await tagged('production/api', '1.4.2')).toBeNull();
  });

  it('show later jobs what a run came to', async () => {
    await project.run('apply production');
    const seen = await project.kept('applyIAproduction', '.gitlab-ci-reports/dotenv/promote.env');
    expect(seen).toMatch(
      /^PROMOTE_STATE=waiting\nPROMOTE_PLAN_DIGEST=sha256:[0-9a-f]{64}\nPROMOTE_PULL_REQUEST_URL=\n$/,
    );
  });

  it('fold the progress of a run away', async () => {
    const log = await project.log('applyIAproduction');
    // The runner reads the marks as GitLab does, and says in their place what it read.
    expect(log).toMatch(/promote_apply_production_started\n(.*\n)*promote_apply_production took /);
  });

  it('promote once a person states who approved, on the page of the job', async () => {
    await project.run('apply production', '--variable', 'PROMOTE_APPROVED_BY=alice');
    expect(await tagged('production/api', '1.4.2')).toBe(first);
  });

  it('plan the next build, promote it, and roll it back by a button', async () => {
    await world.run('apply', 'dev', '--image', `api=${registry.host}/build/api:1.5.0`);
    await project.run('plan qa');
    expect(await project.kept('planIAqa', 'plan-qa.json')).toContain(second);
    await project.run('--stage', 'promote');
    expect(await project.read('qa/kustomization.yaml')).toContain(`digest: ${second}`);
    await project.run('roll back qa');
    expect(await project.read('qa/kustomization.yaml')).toContain(`digest: ${first}`);
    expect(await project.read('promote-holds.yaml')).toContain('it is \\"slow\\"');
    const seen = await project.kept('rollIAbackIAqa', '.gitlab-ci-reports/dotenv/promote.env');
    expect(seen).toContain('PROMOTE_STATE=done\n');
  });

  it('refresh in scheduled pipelines alone, which have no button', async () => {
    const jobs = async (source: string) =>
      await project.run('--list', '--variable', `CI_PIPELINE_SOURCE=${source}`);
    expect(await jobs('schedule')).toMatch(/^refresh images/m);
    expect(await jobs('schedule')).not.toMatch(/^roll back/m);
    expect(await jobs('push')).not.toMatch(/^refresh images/m);
    expect(await jobs('merge_request_event')).not.toMatch(/^(apply|promote|read|refresh|roll)/m);
  });

  async function tagged(repository: string, tag: string): Promise<string | null> {
    const accept = 'application/vnd.oci.image.index.v1+json';
    const url = `http://${registry.host}/v2/${repository}/manifests/${tag}`;
    const { headers } = await fetch(url, { method: 'HEAD', headers: { accept } });
    return headers.get('docker-content-digest');
  }
});
