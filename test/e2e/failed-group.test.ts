import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, type Registry, type SeenRequest, startRegistry } from '../servers/registry.ts';
import { build, createKey, push } from './shop.ts';
import { createWorld, type Ran, type World } from './world.ts';

type Faults = (request: Omit<SeenRequest, 'status'>) => Fault | undefined;

describe('an image that fails beside others', () => {
  let registry: Registry;
  let world: World;
  let fault: Faults;

  beforeEach(async () => {
    fault = () => undefined;
    registry = await startRegistry({ faults: request => fault(request) });
    const { host } = registry;
    world = await createWorld({
      'environments.yaml': `version: 1
images: { api: { source: ${host}/build/api }, web: { source: ${host}/build/web } }
signing: { key: ../cosign.key, publicKey: cosign.pub }
environments:
  dev: { from: build, registry: ${host}/dev, files: ["dev/*.yaml"], commit: direct }
  qa:
    from: dev
    registry:
      - { push: ${host}/qa, files: ["qa/*.yaml"] }
      - { push: ${host}/mirror, files: ["mirror/*.yaml"] }
    files: ["{qa,mirror}/*.yaml"]
    commit: direct
`,
      ...values('dev', host),
      ...values('qa', host),
    });
    await createKey(world);
    for (const name of ['api', 'web']) await push(build(`1.0.0-${name}`), `${host}/build/${name}:1.0.0`);
  });
  afterEach(async () => {
    await Promise.all([registry.stop(), world.close()]);
  });

  it('is reported with its error after the others are promoted, and the run fails', async () => {
    fault = ({ method, path }) =>
      method === 'PUT' && path.includes('/dev/api/') ? { status: 403 } : undefined;
    const { code, stdout, stderr } = await promote();
    expect([code, groupsOf(stdout)]).toEqual([1, { api: ['failed', 'FORBIDDEN'], web: ['done', undefined] }]);
    expect(stderr).toContain('failed: api: ');
    expect(await world.read('dev/web.yaml')).toContain('1.0.0@sha256:');
    expect(await world.read('dev/api.yaml')).toContain('tag: "0"');
    fault = () => undefined;
    const again = await promote();
    expect([again.code, groupsOf(again.stdout)]).toEqual([
      0,
      { api: ['done', undefined], web: ['nothing', undefined] },
    ]);
  });

  it('whose target cannot be looked at is not decided about, while the others are', async () => {
    fault = ({ path }) => (path.includes('/dev/api/manifests') ? { status: 403 } : undefined);
    for (const command of ['plan', 'apply']) {
      const { code, stdout } = await promote(command);
      expect([code, groupsOf(stdout).api]).toEqual([1, ['failed', 'FORBIDDEN']]);
    }
    expect(await world.read('dev/web.yaml')).toContain('1.0.0@sha256:');
  });

  it('fails the group that it belongs to as a whole', async () => {
    await promote();
    fault = ({ path }) => (path.includes('/qa/api/manifests') ? { status: 403 } : undefined);
    const { code, stdout } = await world.run('apply', 'qa', '--format', 'json');
    expect([code, groupsOf(stdout)]).toEqual([1, { all: ['failed', 'FORBIDDEN'] }]);
    expect(await world.read('qa/web.yaml')).toContain('tag: "0"');
  });

  it('leaves a plan readable where its source is lost, and costs one reading of each source', async () => {
    await promote();
    fault = ({ path }) => (path.includes('/dev/api/manifests') ? { status: 404 } : undefined);
    registry.requests();
    const { code, stdout } = await world.run('plan', 'qa', '--format', 'json');
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { unreadable: [{ image: 'api', error: { code: 'NOT_FOUND' } }] },
    ]);
    const read = registry.requests().filter(({ path }) => path.includes('/dev/web/manifests'));
    expect(read.length).toBe(new Set(read.map(({ path }) => path)).size);
  });

  async function promote(command = 'apply'): Promise<Ran> {
    const images = ['api', 'web'].flatMap(name => [
      '--image',
      `${name}=${registry.host}/build/${name}:1.0.0`,
    ]);
    return await world.run(command, 'dev', ...images, '--format', 'json');
  }
});

interface Said {
  readonly group: string;
  readonly state: string;
  readonly images: readonly { readonly error: { readonly code: string } | null }[];
  readonly result?: { readonly pins: { readonly kind: string } } | null;
  readonly error?: { readonly code: string } | null;
}

function groupsOf(stdout: string): Record<string, readonly (string | undefined)[]> {
  const { groups }: { readonly groups: readonly Said[] } = JSON.parse(stdout);
  return Object.fromEntries(
    groups.map(({ group, state, images, result, error }) => {
      const failure = error ?? images.find(image => image.error)?.error;
      return [group, [failure ? 'failed' : result ? 'done' : state, failure?.code]];
    }),
  );
}

function values(environment: string, host: string): Record<string, string> {
  return Object.fromEntries(
    ['api', 'web'].map(name => [
      `${environment}/${name}.yaml`,
      `image:\n  repository: ${host}/${environment}/${name}\n  tag: "0"\n`,
    ]),
  );
}
