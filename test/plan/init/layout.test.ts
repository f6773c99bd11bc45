import { expect, it } from 'vitest';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { checkOffline } from '../../../src/plan/check-offline.ts';
import { withEntries } from '../../../src/plan/init/add-images.ts';
import { environmentsText } from '../../../src/plan/init/environments-text.ts';
import { findLayout, type Layout } from '../../../src/plan/init/layout.ts';
import { noHolds } from '../../fixtures/no-holds.ts';

type Files = Readonly<Record<string, string>>;

const deployment = (...images: readonly string[]) =>
  `apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n${images
    .map((image, index) => `        - name: c${index}\n          image: ${image}\n`)
    .join('')}`;
const values = (repository: string, tag: string) => `image:\n  repository: ${repository}\n  tag: ${tag}\n`;

/** What is found, and what is wrong once it is written. */
async function initialise(
  files: Files,
): Promise<{ readonly layout: Layout; readonly wrong: readonly string[] }> {
  const layout = findLayout(new Map(Object.entries(files)));
  const written = new Map(Object.entries(files));
  for (const [file, entries] of layout.additions)
    written.set(file, withEntries(written.get(file) ?? '', entries));
  const environments = parseEnvironments(environmentsText(layout.environments), 'environments.yaml');
  const findings = (await checkOffline(environments, written, noHolds)).filter(
    ({ severity }) => severity !== 'note',
  );
  return { layout, wrong: findings.map(({ message }) => message) };
}

const KINDS: readonly (readonly [string, Files, readonly object[]])[] = [
  [
    'directories of an environment each',
    {
      'dev/api.yaml': deployment('ghcr.io/acme/dev/api:1.1.0', 'docker.io/redis:8'),
      'production/api.yaml': deployment('ghcr.io/acme/production/api:1.0.0'),
    },
    [
      { name: 'dev', registry: 'ghcr.io/acme/dev', files: ['dev/**/*.yaml'], pins: 1 },
      { name: 'production', registry: 'ghcr.io/acme/production', files: ['production/**/*.yaml'], pins: 1 },
    ],
  ],
  [
    'places of an environment, and what belongs to none',
    {
      'envs/qa/version.yml': deployment('ghcr.io/acme/api:1.2.0'),
      'envs/staging-eu/version.yml': deployment('ghcr.io/acme/api:1.1.0'),
      'envs/staging-us/version.yml': deployment('ghcr.io/acme/api:1.1.0'),
      'envs/non-prod/version.yml': deployment('ghcr.io/acme/api:1.0.0'),
      'envs/load-gpu/version.yml': deployment('ghcr.io/acme/api:1.0.0'),
      'tools/prod-data/version.yml': deployment('ghcr.io/acme/api:1.0.0'),
      'clusters/eu-prod/api.yml': deployment('ghcr.io/acme/api:1.0.0'),
    },
    [
      { name: 'qa', files: ['envs/qa/**/*.{yaml,yml}'] },
      { name: 'staging', places: ['staging-eu', 'staging-us'], pins: 2 },
      { name: 'prod', files: ['clusters/eu-prod/**/*.{yaml,yml}'], pins: 1 },
    ],
  ],
  [
    'value files of Helm, an environment each',
    {
      'charts/api/values.yaml': values('ghcr.io/acme/api', '1.0.0'),
      'charts/api/values-staging.yaml': values('ghcr.io/acme/api', '1.1.0'),
      'charts/web/values-staging.yaml': values('ghcr.io/acme/web', '1.1.0'),
      'charts/api/values-prod.yaml': values('ghcr.io/acme/api', '1.0.0'),
    },
    [
      { name: 'staging', files: ['charts/*/values-staging.yaml'] },
      { name: 'prod', files: ['charts/api/values-prod.yaml'] },
    ],
  ],
  [
    'an app a directory, with its environments in it',
    {
      'apps/api/qa/values.yml': values('ghcr.io/acme/api', '1.0.0'),
      'apps/web/qa/values.yml': values('ghcr.io/acme/web', '1.0.0'),
      'apps/api/live/values.yml': values('ghcr.io/acme/api', '1.0.0'),
      'apps/web/live/values.yml': values('ghcr.io/acme/web', '1.0.0'),
    },
    [
      { name: 'qa', files: ['apps/*/qa/**/*.{yaml,yml}'], pins: 2 },
      { name: 'live', files: ['apps/*/live/**/*.{yaml,yml}'], pins: 2 },
    ],
  ],
  [
    'one directory that no environment is named in',
    {
      'manifests/all.yaml': `${deployment('ghcr.io/acme/api:1.0.0')}---\n${deployment('ghcr.io/acme/web:1.0.0')}`,
      'extras/api.yaml': deployment('ghcr.io/acme/api:0.9.0'),
    },
    [{ name: 'production', files: ['manifests/**/*.yaml'], pins: 2 }],
  ],
];

it.each(KINDS)('finds %s, and writes what is right', async (_, files, expected) => {
  const { layout, wrong } = await initialise(files);
  expect(layout.environments).toMatchObject(expected);
  expect(wrong).toEqual([]);
});

it('gives overlays without images: the entries that their bases pin, and nothing of others', async () => {
  const kustomization = (...resources: readonly string[]) =>
    `kind: Kustomization\nresources:\n${resources.map(path => `  - ${path}\n`).join('')}`;
  const { layout, wrong } = await initialise({
    'base/api.yaml': deployment('ghcr.io/acme/api:1.0.0', 'docker.io/redis:8'),
    'base/kustomization.yaml': kustomization('api.yaml'),
    'overlays/dev/kustomization.yaml': kustomization('../../base'),
    'overlays/prod/kustomization.yaml': kustomization('../../base'),
  });
  expect(wrong).toEqual([]);
  const entries = [{ repository: 'ghcr.io/acme/api', tag: '1.0.0' }];
  expect([...layout.additions]).toEqual([
    ['overlays/dev/kustomization.yaml', entries],
    ['overlays/prod/kustomization.yaml', entries],
  ]);
  expect(layout.left).toEqual([{ file: 'base/api.yaml', reason: 'its path names no environment' }]);
});

it('adds no entries to a component, nor where there are some', async () => {
  const { layout } = await initialise({
    'base/api.yaml': deployment('ghcr.io/acme/api:1.0.0'),
    'dev/kustomization.yaml': 'kind: Component\nresources: [../base/api.yaml]\n',
    'qa/kustomization.yaml':
      'resources:\n  - ../base/api.yaml\nimages:\n  - name: ghcr.io/acme/api\n    newTag: "2"\n',
  });
  expect(layout.additions.size).toBe(0);
  expect(layout.environments).toMatchObject([{ name: 'qa' }]);
});

it('keeps images apart whose paths end alike', async () => {
  const { layout, wrong } = await initialise({
    'dev/a.yaml': deployment('ghcr.io/acme/shop/api:1', 'ghcr.io/acme/api:1', 'ghcr.io/acme/web:1'),
    'prod/a.yaml': deployment('ghcr.io/acme/shop/api:1', 'ghcr.io/acme/web:1'),
  });
  const paths = [
    ['shop-api', 'shop/api'],
    ['api', 'api'],
    ['web', 'web'],
  ];
  expect(layout.environments.map(({ images }) => [...images])).toEqual([paths, [paths[0], paths[2]]]);
  expect(wrong).toEqual([]);
});

it('finds nothing where nothing pins an image', () => {
  expect(
    findLayout(
      new Map([
        ['a.yaml', 'a: b\n'],
        ['b.yaml', '{{ broken'],
      ]),
    ).environments,
  ).toEqual([]);
});

it('never says that no path names an environment where one does, and lists what is there', async () => {
  const { layout, wrong } = await initialise({
    'apps/base/release.yaml': values('ghcr.io/acme/api', '1.0.0'),
    'apps/production/patch.yaml': 'replicas: 3\n',
    'clusters/dev/app.yaml': deployment('web'),
  });
  expect(wrong).toEqual([]);
  expect(layout.environments).toMatchObject([
    { guessed: { directory: 'apps/base', words: ['dev', 'production'] } },
  ]);
  expect(layout.left).toEqual([
    { file: 'clusters/dev/app.yaml', reason: 'it names web without a registry and a tag' },
    {
      file: 'apps/production/patch.yaml',
      reason: 'its path names production, where no file pins an image',
    },
  ]);
});

it('says of a file in a directory that was taken why it gives no image', () => {
  const image = (name: string) => `image: ${name}:1.0.0\n`;
  const { environments, left } = findLayout(
    new Map([
      ['apps/api/api.yaml', image('ghcr.io/acme/api')],
      ['apps/api/web.yaml', image('ghcr.io/acme/web')],
      ['apps/api/mesh.yaml', image('docker.io/istio/proxyv2')],
      ['apps/other/mesh.yaml', image('docker.io/istio/proxyv2')],
    ]),
  );
  expect(environments).toMatchObject([{ guessed: { directory: 'apps/api' } }]);
  expect(left).toEqual([
    { file: 'apps/api/mesh.yaml', reason: "it pins other people's images alone" },
    { file: 'apps/other/mesh.yaml', reason: 'its path names no environment' },
  ]);
});
