import { describe, expect, it } from 'vitest';
import { readBoard } from '../../src/commands/status.ts';
import { verifyEnvironment } from '../../src/commands/verify.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import type { Repository } from '../../src/git/repository.ts';
import { pinReader } from '../../src/plan/image-pins.ts';
import { isSoundEnvironment } from '../../src/reports/verify.ts';
import { readPins } from '../../src/run/read-pins.ts';

const environments = parseEnvironments(
  'version: 1\nimages: { api: {} }\nenvironments:\n  prod: { from: build, registry: registry.example/prod, files: ["prod/**"] }\n',
  'environments.yaml',
);
const [environment] = environments.environments;

function repositoryOf(files: Readonly<Record<string, string>>): Repository {
  return {
    name: 'gitops',
    head: async branch => ({ branch: branch ?? 'main', commit: '1'.repeat(40) }),
    list: async () => Object.keys(files).map(path => ({ path, blob: path })),
    tree: async () => new Map(),
    read: async blobs => new Map(blobs.map(blob => [blob, files[blob] ?? ''])),
    async *history() {
      yield* [];
    },
    commit: async () => ({ kind: 'moved', actual: undefined }),
  };
}

async function read(files: Readonly<Record<string, string>>) {
  if (environment === undefined) throw new Error('no environment');
  return await readPins({
    effects: { repository: async () => repositoryOf(files) },
    environments,
    environment,
  });
}

const COMPOSE = 'services: { api: { image: "registry.example/prod/api:$' + '{TAG:-1.0}" } }\n';

describe('what one file decides together with another', () => {
  it('is read of a .env file that no glob of the environment matches, and told', async () => {
    const { mentions, texts } = await read({
      'prod/compose.yaml': COMPOSE,
      'prod/.env': 'TAG=0.9\n',
      'dev/.env': 'TAG=0.8\n',
    });
    expect([...texts.keys()]).toEqual(['prod/compose.yaml']);
    expect(mentions).toMatchObject([{ file: 'prod/.env', line: 1, text: 'TAG=0.9', kind: 'told' }]);
    expect(mentions[0]?.cure).toContain('add "prod/.env"');
  });

  it('is edited in both files', async () => {
    const files = {
      'prod/common.yaml': 'global: { imageRegistry: registry.example }\n',
      'prod/api.yaml': 'image: { repository: prod/api, tag: 1.0.0 } # api\n',
    };
    const { environments: whole, pins, mentions, texts } = await read(files);
    expect(mentions).toEqual([]);
    expect(pins).toMatchObject([{ image: 'api', pin: { file: 'prod/api.yaml', tag: '1.0.0' } }]);
    const [{ pin }] = pins as [(typeof pins)[0]];
    const digest = `sha256:${'a'.repeat(64)}` as const;
    const target = { repository: 'registry.example/prod/api', tag: '2.0.0', digest } as never;
    const edited = pinReader(whole).edit(pin.file, texts.get(pin.file) ?? '', [
      { locator: pin.locator, target },
    ]);
    expect(edited).toBe(`image: { repository: prod/api, tag: 2.0.0@${digest} } # api\n`);
  });

  it('is a mention of the other file’s registry where it is not the environment’s own', async () => {
    const { mentions, pins } = await read({
      'prod/common.yaml': 'global: { imageRegistry: other.example } # registry.example\n',
      'prod/api.yaml': 'image: { imageName: prod/api, build: 1, x-tag: 1.0.0 }\n',
    });
    expect([pins, mentions]).toMatchObject([[], [{ file: 'prod/api.yaml', kind: 'told' }]]);
  });
});

it('follows helmfiles outside of its own files to what their value files pin', async () => {
  const { mentions } = await read({
    'prod/helmfile.yaml': 'helmfiles: [stacks/*.yaml]\n',
    'prod/stacks/one.yaml': 'helmfiles:\n  - path: ../../shared\n',
    'shared/two.yaml': 'releases:\n  - { name: x, chart: x/y, values: [values/*.yaml] }\n',
    'shared/values/prod.yaml': 'image: { repository: registry.example/prod/api, tag: 1.0.0 }\n',
  });
  const text = 'registry.example/prod/api:1.0.0 of shared/values/prod.yaml:1';
  expect(mentions).toMatchObject([{ file: 'prod/helmfile.yaml', line: 1, text, kind: 'told' }]);
});

it('names each file that may hold a pin and is no UTF-8 or too large, and reads the others', async () => {
  const large = `image: other/x:1\n${'a: "some text that is long enough"\n'.repeat(180_000)}`;
  const { pins, unreadable } = await read({
    'prod/api.yaml': 'image: registry.example/prod/api:1\n',
    'prod/latin.yaml': 'image: registry.example/prod/api:1 # M\udcffller\n',
    'prod/other.yaml': 'image: other/x:1 # M\udcffller of api\n',
    'prod/crds.yaml': large,
    'prod/large.yaml': `${large}b: registry.example/prod/api:1\n`,
  });
  expect(pins.map(({ pin }) => pin.file)).toEqual(['prod/api.yaml']);
  expect(unreadable.map(({ error }) => error.message)).toEqual([
    'prod/latin.yaml: not UTF-8 text',
    'prod/large.yaml: a deployment file holds at most 5 MiB',
  ]);
});

it('reads what kustomizations build on outside of the environment’s files, one upon the other', async () => {
  const { mentions, texts } = await read({
    'prod/kustomization.yaml': 'resources: [../base]\n',
    'base/kustomization.yaml': 'resources: [../more/pod.yaml]\n',
    'more/pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: "registry.example/prod/api:1" }] }\n',
  });
  expect([...texts.keys()]).toEqual(['prod/kustomization.yaml']);
  expect(mentions).toMatchObject([
    { file: 'prod/kustomization.yaml', line: 1, kind: 'told', cure: expect.stringContaining('addImages') },
  ]);
});

it('reads what gives values to a chart outside of the environment’s files, and tells it', async () => {
  const values = 'image:\n  repository: registry.example/prod/api\n  tag: 1.0.0\n';
  const { mentions, texts } = await read({
    'prod/chart/Chart.yaml': 'name: api\n',
    'prod/release.yaml':
      'kind: HelmRelease\nspec: { chart: { spec: { chart: charts/api, sourceRef: { kind: GitRepository } } }, valuesFrom: [{ name: api-values }] }\n',
    'charts/api/Chart.yaml': 'name: api\n',
    'charts/api/values.yaml': values,
    'shared/values.yaml': `kind: ConfigMap\nmetadata: { name: api-values }\ndata:\n  values.yaml: |\n${values.replace(/^/gm, '    ')}\n`,
  });
  expect([...texts.keys()]).toEqual(['prod/chart/Chart.yaml', 'prod/release.yaml']);
  expect(mentions.map(({ file, kind, text }) => `${kind} ${file} ${text}`)).toEqual([
    'told prod/release.yaml registry.example/prod/api:1.0.0 of charts/api/values.yaml:3',
    'told prod/release.yaml registry.example/prod/api:1.0.0 of shared/values.yaml:7',
  ]);
});

it('tells what a chart’s own values pin whose values beside them are the environment’s', async () => {
  const narrow = parseEnvironments(
    'version: 1\nimages: { api: {} }\nenvironments:\n  prod: { from: build, registry: registry.example/prod, files: ["chart/values-prod.yaml"] }\n',
    'environments.yaml',
  );
  const [own] = narrow.environments;
  if (own === undefined) throw new Error('no environment');
  const files = {
    'chart/Chart.yaml': 'name: api\n',
    'chart/values.yaml': 'image: { repository: registry.example/prod/api, tag: 1.0.0 }\n',
    'chart/values-prod.yaml': 'image: { tag: 1.1.0 }\n',
  };
  const effects = { repository: async () => repositoryOf(files) };
  const { mentions } = await readPins({ effects, environments: narrow, environment: own });
  expect(mentions).toMatchObject([
    {
      file: 'chart/values-prod.yaml',
      line: 1,
      kind: 'told',
      text: expect.stringContaining('chart/values.yaml:1'),
    },
  ]);
});

describe('files that may hold a pin and cannot be read', () => {
  const files = {
    'prod/ok.yaml': 'image: registry.example/prod/api:1.0.0\n',
    'prod/a.yaml': 'image: [registry.example/prod/api:1.0.0\n',
    'prod/b.yaml': 'image: "registry.example/prod/api:1.0.0\n',
    'prod/none.yaml': 'image: [\n',
  };
  const effects = { repository: async () => repositoryOf(files), now: () => new Date() } as never;

  it('keep no other from being read', async () => {
    const { pins, unreadable } = await read(files);
    expect(pins.map(({ pin }) => pin.file)).toEqual(['prod/ok.yaml']);
    expect(unreadable.map(({ file }) => file)).toEqual(['prod/a.yaml', 'prod/b.yaml']);
  });

  it('are all named by status and verify, which is not sound', async () => {
    const board = await readBoard(effects, environments);
    expect(board.unread.map(({ file }) => file)).toEqual(['prod/a.yaml', 'prod/b.yaml']);
    const verified = await verifyEnvironment(effects, environments, 'prod', 'all');
    expect(verified.unread?.map(({ file }) => file)).toEqual(['prod/a.yaml', 'prod/b.yaml']);
    const target = { state: 'good', summary: '', problems: [] } as const;
    const checks = { image: target, signature: target, record: target, evidence: target, tags: target };
    const targets = [{ image: 'api', digest: `sha256:${'a'.repeat(64)}`, repository: 'x', pins: [], checks }];
    const sound = { ...verified, targets: targets as never, undigested: [] };
    expect(isSoundEnvironment(sound)).toBe(false);
    expect(isSoundEnvironment({ ...sound, unread: [] })).toBe(true);
  });
});

it('names a Git LFS pointer for what it is, where text was expected', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
  const { unreadable } = await read({ 'prod/a.yaml': pointer, 'prod/logo.png': pointer });
  expect(unreadable.map(({ file, error }) => `${file} ${error.message}`)).toEqual([
    expect.stringMatching(/^prod\/a\.yaml .*a Git LFS pointer/),
  ]);
});

it('is not sound beside a submodule, which status names too', async () => {
  const modules = new Map([['prod/apps', { mode: '160000', object: '2'.repeat(40) }]]);
  const repository = { ...repositoryOf({}), tree: async () => modules };
  const effects = { repository: async () => repository, now: () => new Date(0) } as never;
  const verified = await verifyEnvironment(effects, environments, 'prod', 'all');
  const found = { file: 'prod/apps', reason: expect.stringContaining('exclude: ["prod/apps/**"]') };
  expect(verified.unread).toEqual([found]);
  expect((await readBoard(effects, environments)).unread).toEqual([{ environment: 'prod', ...found }]);
});
