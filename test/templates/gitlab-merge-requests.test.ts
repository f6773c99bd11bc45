import { afterAll, beforeAll, expect, it } from 'vitest';
import { gitlabVariables } from '../e2e/gitlab-place.ts';
import { build, createKey, push } from '../e2e/shop.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { branchHead } from '../servers/gitlab/world.ts';
import { type GitLabServer, PROJECT, startGitLab } from '../servers/gitlab.ts';
import { describeWith } from '../servers/tools.ts';
import { createProject, type GitLabProject } from './gitlab-project.ts';
import { shopFiles } from './shop-files.ts';

const BRANCH = 'promote/production/all';
const SIGNING = 'signing: { key: env://COSIGN_PRIVATE_KEY, publicKey: cosign.pub }';

describeWith(['docker-registry', 'git', 'bash'], 'GitLab components with merge requests', () => {
  let registry: DockerRegistry;
  let gitlab: GitLabServer;
  let world: World;
  let project: GitLabProject;
  let digest: string;

  beforeAll(async () => {
    [registry, gitlab] = await Promise.all([startDockerRegistry(), startGitLab()]);
    const built = (version: string) => `${registry.host}/build/api:${version}`;
    digest = await push(build('1.4.2'), built('1.4.2'));
    await push(build('1.5.0'), built('1.5.0'));
    world = await createWorld(
      shopFiles(registry.host, { production: ['gates: { approval: { count: 1 } }'], more: SIGNING }),
    );
    await createKey(world);
    const environment = 'production';
    project = await createProject(
      world,
      [
        { component: 'pipeline', inputs: { stage: 'promote', images: `api=${built('1.4.2')}` } },
        { component: 'promote', inputs: { environment: 'dev', images: `api=${built('1.5.0')}` } },
        { component: 'promote', inputs: { environment } },
        { component: 'promote', inputs: { environment, action: 'plan' } },
        { component: 'rollback', inputs: { environment, reason: 'it broke' } },
      ],
      {
        jobs: { tell: { stage: 'after', needs: ['apply production'], script: [TELL], artifacts } },
        variables: { ...gitlabVariables(gitlab), COSIGN_PRIVATE_KEY: await world.read('../cosign.key') },
        origin: { bare: gitlab.world.bare, url: `${gitlab.url}/${PROJECT}.git` },
      },
    );
  });
  afterAll(async () => {
    expect(gitlab.violations).toEqual([]);
    await Promise.all([registry.stop(), gitlab.close(), world.close()]);
  });

  it('promote the chain by one child pipeline, up to a merge request', async () => {
    await project.run('--stage', 'promote');
    expect(await project.read('dev/api.yaml')).toContain(digest);
    expect(gitlab.world.mergeRequests).toMatchObject([{ state: 'opened', source_branch: BRANCH }]);
    expect(await tagged()).toBeNull();
  });

  it('plan what waits, and change nothing', async () => {
    await project.run('plan production');
    expect(await project.kept('planIAproduction', 'plan-production.json')).toContain(digest);
    expect(gitlab.world.mergeRequests).toHaveLength(1);
  });

  it('show a later job what waits, and where', async () => {
    await project.run('apply production', 'tell');
    const seen = await project.kept('tell', 'told.txt');
    expect(seen).toMatch(/^waiting sha256:[0-9a-f]{64} http.*\/merge_requests\/1\n$/);
    expect(gitlab.world.mergeRequests).toHaveLength(1);
  });

  it('go on after the approval, and end with the merge', async () => {
    await approveAndMerge(1);
    expect(await tagged()).toBe(digest);
    await project.run('apply production', 'tell');
    expect(await project.kept('tell', 'told.txt')).toMatch(/^nothing /);
  });

  it('roll back by a merge request of its own', async () => {
    await project.run('apply dev');
    await project.run('apply production');
    await approveAndMerge(2);
    await project.run('roll back production');
    expect(gitlab.world.mergeRequests.at(-1)).toMatchObject({
      state: 'opened',
      source_branch: 'promote/production/rollback+api',
    });
    const seen = await project.kept('rollIAbackIAproduction', '.gitlab-ci-reports/dotenv/promote.env');
    expect(seen).toContain('PROMOTE_STATE=waiting\n');
    expect(seen).toContain('/merge_requests/3\n');
  });

  it('run for triggers and schedules as for pushes, and show merge requests a plan', async () => {
    const jobs = async (source: string, branch = 'main') =>
      await project.run(
        '--list',
        ...['--variable', `CI_PIPELINE_SOURCE=${source}`],
        ...['--variable', `CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=${branch}`],
      );
    for (const source of ['push', 'schedule', 'trigger', 'web']) {
      expect(await jobs(source), source).toMatch(/^apply production/m);
    }
    expect(await jobs('merge_request_event')).toMatch(/^plan production/m);
    expect(await jobs('merge_request_event', BRANCH)).not.toMatch(/^plan/m);
    expect(await jobs('merge_request_event')).not.toMatch(/^(apply|promote|read|roll)/m);
  });

  /** The status is green before the merge. */
  async function approveAndMerge(number: number): Promise<void> {
    await gitlab.as('alice', 'POST', `merge_requests/${number}/approve`, {});
    await project.run('apply production');
    const head = branchHead(gitlab.world, BRANCH);
    expect(gitlab.world.statuses.findLast(({ sha }) => sha === head)).toMatchObject({
      name: 'promote/gate',
      status: 'success',
    });
    await gitlab.as('carol', 'PUT', `merge_requests/${number}/merge`, {});
  }

  async function tagged(): Promise<string | null> {
    const accept = 'application/vnd.oci.image.index.v1+json';
    const url = `http://${registry.host}/v2/production/api/manifests/1.4.2`;
    const { headers } = await fetch(url, { method: 'HEAD', headers: { accept } });
    return headers.get('docker-content-digest');
  }
});

const TELL = 'echo "$PROMOTE_STATE $PROMOTE_PLAN_DIGEST $PROMOTE_PULL_REQUEST_URL" > told.txt';
const artifacts = { paths: ['told.txt'] };
