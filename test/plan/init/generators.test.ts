import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { applicationsOf, unreadSets } from '../../../src/plan/init/application-sets.ts';
import { clusterObjects } from '../../../src/plan/init/objects.ts';

const FILES = {
  'sites/eu/config.json': '{ "env": "production", "app": { "path": "charts/shop" } }',
  'sites/us/config.json': '[{ "env": "staging" }, { "env": "qa" }]',
  'sites/eu/values.yaml': 'replicas: 1\n',
  'sites/old/values.yaml': 'replicas: 1\n',
  'broken/config.json': '{ "env": ',
};

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/ */
function setOf(generators: string) {
  return `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: shop }
spec:
  generators: ${generators}
  template:
    metadata: { name: 'shop-{{env}}' }
    spec: { source: { path: '{{path}}', chart: '{{app.path}}' } }
`;
}

function made(generators: string): readonly string[] {
  const [object] = clusterObjects(new Map([['set.yaml', setOf(generators)]]));
  if (object === undefined) throw new Error('no set');
  return applicationsOf(object, new Map(Object.entries(FILES))).map(application => {
    const { metadata, spec } = parse(JSON.stringify(application));
    return `${metadata.name} ${spec.source.path} ${spec.source.chart}`;
  });
}

it.each([
  ['a list', '[{ list: { elements: [{ env: dev, path: a }] } }]', ['shop-dev a {{app.path}}']],
  [
    'files of Git, with what they hold and where they are',
    '[{ git: { files: [{ path: "sites/*/config.json" }] } }]',
    [
      'shop-production sites/eu charts/shop',
      'shop-staging sites/us {{app.path}}',
      'shop-qa sites/us {{app.path}}',
    ],
  ],
  [
    'a file that is of no format, by its place',
    '[{ git: { files: [{ path: "broken/*.json" }] } }]',
    ['shop-{{env}} broken {{app.path}}'],
  ],
  [
    'directories of Git, without those that are excluded',
    '[{ git: { directories: [{ path: "sites/*" }, { path: sites/old, exclude: true }] } }]',
    ['shop-{{env}} sites/eu {{app.path}}', 'shop-{{env}} sites/us {{app.path}}'],
  ],
  [
    'a matrix with one that no file decides',
    '[{ matrix: { generators: [{ git: { directories: [{ path: sites/eu }] } }, { clusters: {} }] } }]',
    ['shop-{{env}} sites/eu {{app.path}}'],
  ],
  [
    'a merge, by its keys',
    '[{ merge: { mergeKeys: [env], generators: [{ list: { elements: [{ env: dev, path: a }, { env: qa, path: b }] } }, { list: { elements: [{ env: qa, path: c }] } }] } }]',
    ['shop-dev a {{app.path}}', 'shop-qa c {{app.path}}'],
  ],
  ['one that no file decides', '[{ clusters: {} }]', ['shop-{{env}} {{path}} {{app.path}}']],
])('makes applications of %s', (_, generators, expected) => {
  expect(made(generators)).toEqual(expected);
});

it('names the sets that no file decides, and how they go', () => {
  const of = (generators: string) => unreadSets(clusterObjects(new Map([['set.yaml', setOf(generators)]])));
  expect(of('[{ list: { elements: [] } }, { git: { directories: [] } }]')).toEqual([]);
  expect(of('[{ matrix: { generators: [{ clusters: {} }, { scmProvider: {} }] } }]')).toEqual([
    expect.stringMatching(/^set\.yaml: the ApplicationSet shop also goes by clusters and scmProvider, /),
  ]);
});
