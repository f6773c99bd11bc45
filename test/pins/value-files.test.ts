import { expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { impliedPins } from '../../src/pins/together/together.ts';
import { knownFor } from './marked.ts';

const OURS = 'registry.example/prod/api' as RepositoryName;
const VALUES = `image:\n  repository: ${OURS}\n  tag: 1.0.0\n`;
const APPLICATION = `kind: Application
spec:
  source:
    path: charts/api
    helm:
      valueFiles: [values.yaml, values-prod.yaml]
`;

const RELEASE = `kind: HelmRelease
spec:
  chart: { spec: { chart: ./charts/api, sourceRef: { kind: GitRepository, name: us } } }
  valuesFrom:
    - kind: ConfigMap
      name: api-values
`;
const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata: { name: api-values }
data:
  values.yaml: |
    image:
      repository: ${OURS}
      tag: 1.0.0
`;
const CHART = { 'charts/api/Chart.yaml': 'name: api\n', 'charts/api/values.yaml': VALUES };

function told(
  own: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>>,
  ruled = false,
  charts?: ReadonlyMap<string, ReadonlyMap<string, string>>,
) {
  const { reported } = impliedPins({
    texts: new Map(Object.entries(own)),
    beside: new Map(Object.entries(others)),
    charts,
    known: knownFor([OURS]),
    isTarget: () => true,
    hasRule: () => ruled,
  });
  return reported.map(({ file, line, text, kind }) => `${kind} ${file}:${line} ${text}`);
}

it.each([
  [
    'of an application',
    { 'apps/api.yaml': APPLICATION },
    { 'charts/api/values.yaml': VALUES },
    `told apps/api.yaml:6 ${OURS}:1.0.0 of charts/api/values.yaml:3`,
  ],
  [
    'of another source of an application',
    {
      'apps/api.yaml':
        'kind: Application\nspec:\n  sources:\n    - helm: { valueFiles: [$values/shared/api.yaml] }\n',
    },
    { 'shared/api.yaml': VALUES },
    `told apps/api.yaml:4 ${OURS}:1.0.0 of shared/api.yaml:3`,
  ],
  [
    'of a set of applications',
    {
      'apps/api.yaml': `kind: ApplicationSet\nspec:\n  template:\n${APPLICATION.split('\n')
        .slice(1, -1)
        .map(line => `    ${line}\n`)
        .join('')}`,
    },
    { 'charts/api/values.yaml': VALUES },
    `told apps/api.yaml:8 ${OURS}:1.0.0 of charts/api/values.yaml:3`,
  ],
  [
    'of a chart that a kustomization renders',
    { 'prod/kustomization.yaml': 'helmCharts:\n  - { name: api, valuesFile: ../shared/api.yaml }\n' },
    { 'shared/api.yaml': VALUES },
    `told prod/kustomization.yaml:2 ${OURS}:1.0.0 of shared/api.yaml:3`,
  ],
  [
    'that is one of more than one',
    {
      'prod/kustomization.yaml':
        'helmCharts:\n  - { name: api, additionalValuesFiles: [../shared/api.yaml] }\n',
    },
    { 'shared/api.yaml': VALUES },
    `told prod/kustomization.yaml:2 ${OURS}:1.0.0 of shared/api.yaml:3`,
  ],
  [
    'of a release of Flux',
    {
      'apps/api.yaml':
        'kind: HelmRelease\nspec:\n  chart:\n    spec:\n      valuesFiles: [./charts/api/values-prod.yaml]\n',
    },
    { 'charts/api/values-prod.yaml': VALUES },
    `told apps/api.yaml:5 ${OURS}:1.0.0 of charts/api/values-prod.yaml:3`,
  ],
  [
    'in a ConfigMap of a release of Flux',
    { 'apps/api.yaml': RELEASE },
    { 'shared/values.yaml': CONFIG_MAP },
    `told apps/api.yaml:6 ${OURS}:1.0.0 of shared/values.yaml:8`,
  ],
  [
    'in a ConfigMap that a kustomization generates',
    {
      'apps/kustomization.yaml':
        'configMapGenerator:\n  - name: api-values\n    files: [values.yaml=../shared/api.yaml]\n',
    },
    { 'shared/api.yaml': VALUES },
    `told apps/kustomization.yaml:3 ${OURS}:1.0.0 of shared/api.yaml:3`,
  ],
  [
    'of a release of helmfile',
    {
      'prod/helmfile.yaml':
        'releases:\n  - name: api\n    chart: acme/api\n    values: [../shared/api.yaml]\n',
    },
    { 'shared/api.yaml': VALUES },
    `told prod/helmfile.yaml:4 ${OURS}:1.0.0 of shared/api.yaml:3`,
  ],
  [
    'of an environment of helmfile',
    { 'prod/helmfile.yaml': 'environments:\n  prod:\n    values: [../shared/api.yaml]\n' },
    { 'shared/api.yaml': VALUES },
    `told prod/helmfile.yaml:3 ${OURS}:1.0.0 of shared/api.yaml:3`,
  ],
  [
    'of a template of a helmfile',
    {
      'prod/helmfile.yaml.gotmpl':
        'releases:\n{{ range .Values.names }}\n  - name: {{ . }}\n    values: [../shared/api.yaml.gotmpl]\n{{ end }}\n',
    },
    {
      'shared/api.yaml.gotmpl': `image:\n  repository: ${OURS}\n  tag: 1.0.0\n{{ if .x }}\nb: 1\n{{ end }}\n`,
    },
    `told prod/helmfile.yaml.gotmpl:4 ${OURS} of shared/api.yaml.gotmpl:2`,
  ],
  [
    'that is a helmfile of its own',
    { 'prod/helmfile.yaml': 'helmfiles:\n  - path: ../shared/helmfile.yaml\n' },
    { 'shared/helmfile.yaml': `releases:\n  - { name: api, chart: "oci://${OURS}", version: 1.0.0 }\n` },
    `told prod/helmfile.yaml:2 ${OURS}:1.0.0 of shared/helmfile.yaml:2`,
  ],
])('tells what a value file pins that is not the environment’s own, %s', (_, own, others, expected) => {
  expect(told(own, others)).toEqual([expected]);
});

it.each([
  ['an application', APPLICATION.replace('      valueFiles: [values.yaml, values-prod.yaml]\n', ''), 4],
  ['a release of Flux', RELEASE, 3],
  ['a release of helmfile', 'releases:\n  - { name: api, chart: ../charts/api }\n', 2],
  ['a kustomization', 'helmGlobals: { chartHome: ../charts }\nhelmCharts: [{ name: api }]\n', 2],
])('tells what the values of a chart pin that is rendered by %s', (_, text, line) => {
  const file = text.includes('helmCharts') ? 'prod/kustomization.yaml' : 'prod/helmfile.yaml';
  const name = text.startsWith('kind') ? 'prod/app.yaml' : file;
  const expected = `told ${name}:${line} ${OURS}:1.0.0 of charts/api/values.yaml:3`;
  expect(told({ [name]: text }, CHART)).toEqual([expected]);
  expect(told({ [name]: text }, { 'charts/api/values.yaml': VALUES })).toEqual([]);
});

it('says nothing of a chart’s own values where the release names others of a chart in Git', () => {
  const text = RELEASE.replace('./charts/api,', './charts/api, valuesFiles: [charts/api/prod.yaml],');
  expect(told({ 'app.yaml': text }, CHART)).toEqual([]);
});

it('tells what the values of a chart pin whose other values are the environment’s', () => {
  const own = 'charts/api/values-prod.yaml';
  const asked = (text: string, pinned: Readonly<Record<string, string>> = {}) =>
    told(pinned, CHART, false, new Map([['charts/api/', new Map([[own, text]])]]));
  expect(asked('image: { tag: 1.0.0 }\n')).toEqual([
    `told ${own}:1 ${OURS}:1.0.0 of charts/api/values.yaml:3`,
  ]);
  expect(asked('image: { tag: 1 } # promote: ignore as built\n')).toEqual([
    expect.stringContaining('settled'),
  ]);
  expect(asked(VALUES, { [own]: VALUES })).toEqual([]);
});

it('says nothing of what another release of the same file pins', () => {
  const two = (values: string) =>
    `releases:\n  - { name: a, chart: x/a, values: [../shared/api.yaml] }\n  - { name: b, chart: x/b${values} }\n`;
  const inline = `, values: [{ image: { repository: ${OURS}, tag: "1" } }]`;
  const shared = { 'shared/api.yaml': VALUES };
  const expected = `told prod/helmfile.yaml:2 ${OURS}:1.0.0 of shared/api.yaml:3`;
  expect(told({ 'prod/helmfile.yaml': two('') }, shared)).toEqual([expected]);
  expect(told({ 'prod/helmfile.yaml': two(inline) }, shared)).toEqual([expected]);
  const own = two(inline).replace('api.yaml]', `api.yaml, { image: { repository: ${OURS}, tag: "1" } }]`);
  expect(told({ 'prod/helmfile.yaml': own }, shared)).toEqual([]);
});

it('says nothing where a value file of the environment pins the image too, or a rule does', () => {
  const others = { 'charts/api/values.yaml': VALUES };
  expect(told({ 'apps/api.yaml': APPLICATION, 'charts/api/values-prod.yaml': VALUES }, others)).toEqual([]);
  expect(told({ 'apps/api.yaml': APPLICATION }, others, true)).toEqual([]);
});

it.each([
  ['without a tag', { 'charts/api/values.yaml': `image: { repository: ${OURS} }\n` }],
  [
    'of another image',
    { 'charts/api/values.yaml': 'image: { repository: docker.io/library/redis, tag: "7" }\n' },
  ],
  ['that is not named', { 'charts/web/values.yaml': VALUES }],
])('says nothing of a value file %s', (_, others) => {
  expect(told({ 'apps/api.yaml': APPLICATION }, others)).toEqual([]);
});

it('takes a reason to leave it', () => {
  const settled = APPLICATION.replace('yaml]', 'yaml] # promote: ignore the chart’s default');
  expect(told({ 'apps/api.yaml': settled }, { 'charts/api/values.yaml': VALUES })).toEqual([
    expect.stringContaining('settled'),
  ]);
});
