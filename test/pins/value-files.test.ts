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

function told(
  own: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>>,
  ruled = false,
) {
  const { reported } = impliedPins({
    texts: new Map(Object.entries(own)),
    beside: new Map(Object.entries(others)),
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
])('tells what a value file pins that is not the environment’s own, %s', (_, own, others, expected) => {
  expect(told(own, others)).toEqual([expected]);
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
