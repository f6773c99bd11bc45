import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { applyEnvironment } from '../../src/apply/apply.ts';
import type { Effects, PromotionRequest } from '../../src/apply/effects.ts';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout.ts';
import { openForge, pushFiles, useGitHub } from '../forges/github-fixture.ts';
import { fields, items } from '../servers/github/request.ts';

const FILE = `version: 1
images: { api: {} }
deployments: { branch: main }
environments:
  dev: { from: build, registry: "oci:dev", files: ["dev/*.yaml"], commit: direct }
  production:
    from: dev
    registry: "oci:production"
    files: ["production/*.yaml"]
    gates: { approval: { count: 2 } }
    pullRequest: { labels: [promotion], reviewers: [alice] }
`;
const values = (environment: string) => `image:\n  repository: oci:${environment}/api\n  tag: "0"\n`;
const PRODUCTION: PromotionRequest = {
  environment: 'production',
  images: new Map(),
  allowDirect: false,
  allowBackward: false,
  approvedBy: [],
  evidence: 'all',
};

describe('a promotion that is reviewed on GitHub', () => {
  it('goes from its pull request over two reviews and the merge to nothing to do', async () => {
    const { server, apply, release, review, tags } = await createStage();
    await release('1.0.0');
    expect((await apply()).state).toBe('waiting');
    await review('alice');
    expect((await apply()).state).toBe('waiting');
    expect(await tags()).toEqual([]);
    await review('bob');
    expect(await apply()).toMatchObject({ groups: [{ done: { copied: 1, pins: { kind: 'awaiting' } } }] });
    expect(await tags()).toEqual(['1.0.0']);
    await server.as('alice', 'PUT', 'pulls/1/merge', { merge_method: 'squash' });
    expect((await apply()).state).toBe('nothing');
    await release('1.1.0');
    expect((await apply()).state).toBe('waiting');
    expect(items((await server.as('alice', 'GET', 'pulls?state=open')).body)).toHaveLength(1);
  });

  it('voids reviews by a new digest, and counts none by its author', async () => {
    const { apply, release, review, tags } = await createStage();
    await release('1.0.0');
    await apply();
    await review('alice');
    await release('1.1.0');
    await apply();
    await review('bob');
    await apply();
    expect(await tags()).toEqual([]);
    await review('carol');
    await apply();
    expect(await tags()).toEqual(['1.1.0']);
  });

  it('costs at most six requests when it is done, and writes nothing while it waits', async () => {
    const { server, apply, release, review } = await createStage();
    await release('1.0.0');
    await apply();
    const count = async () => {
      server.calls();
      await apply();
      const calls = server.calls();
      expect(calls.filter(call => !call.startsWith('GET'))).toEqual([]);
      return calls;
    };
    // Two trees, and beside them what the search for earlier pins reads of the history.
    const isTree = (call: string) => /\/(?:commits\?sha=|git\/trees\/)/.test(call);
    expect((await count()).filter(call => !isTree(call)).length).toBeLessThanOrEqual(4);
    for (const name of ['alice', 'bob']) await review(name);
    await apply();
    await server.as('alice', 'PUT', 'pulls/1/merge', { merge_method: 'merge' });
    expect((await count()).length).toBeLessThanOrEqual(6);
  });

  it('is opened once by two runs at once', async () => {
    const { server, apply, release } = await createStage();
    await release('1.0.0');
    const results = await Promise.all([apply(), apply()]);
    expect(results.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    expect(items((await server.as('alice', 'GET', 'pulls?state=all')).body)).toHaveLength(1);
  });
});

/** A shop on GitHub whose registries are image layouts; every run opens GitHub anew, beside a checkout's blobs. */
async function createStage() {
  const directory = await mkdtemp(join(tmpdir(), 'promote-github-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const server = await useGitHub();
  await pushFiles(server, { 'dev/api.yaml': values('dev'), 'production/api.yaml': values('production') });
  const store = openLayout(directory);
  const environments = parseEnvironments(FILE, 'environments.yaml');
  const refused = async () => Promise.reject(new Error('nothing is signed here'));
  const nothing = () => undefined;
  const apply = async (request: Partial<PromotionRequest> = {}) => {
    const github = openForge(server, { localBlob: await localBlobs() });
    const effects: Effects = {
      store,
      repository: async () => github.repository,
      forge: async () => ({ ...github, members: team => github.teamMembers(team) }),
      signing: refused,
      trust: refused,
      now: () => new Date(),
      progress: nothing,
      log: nothing,
    };
    return await applyEnvironment(effects, environments, { ...PRODUCTION, ...request });
  };
  /** The blobs of the branch, as a checkout of it has them. */
  async function localBlobs() {
    const tree = fields((await server.as('alice', 'GET', 'git/trees/main?recursive=1')).body).tree;
    const found = items(tree)
      .filter(({ type }) => type === 'blob')
      .map(async ({ sha }) => {
        const { content } = fields((await server.as('alice', 'GET', `git/blobs/${sha}`)).body);
        return [String(sha), Buffer.from(String(content), 'base64')] as const;
      });
    const blobs = new Map(await Promise.all(found));
    return async (blob: string) => blobs.get(blob);
  }
  return {
    server,
    apply,
    release: async (version: string) => {
      const platforms = [{ os: 'linux', architecture: 'amd64' }];
      const image = buildImage({ platforms, layers: [version] });
      await pushImage(store(parseRepositoryName('oci:build/api')), image, version);
      await apply({ environment: 'dev', images: new Map([['api', `oci:build/api:${version}`]]) });
    },
    review: async (name: string) => {
      const [open] = items((await server.as(name, 'GET', 'pulls?state=open')).body);
      await server.as(name, 'POST', `pulls/${open?.number}/reviews`, { event: 'APPROVE', body: 'good' });
    },
    tags: async () => (await store(parseRepositoryName('oci:production/api')).tags()) ?? [],
  };
}
