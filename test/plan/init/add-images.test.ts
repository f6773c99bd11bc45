import { expect, it } from 'vitest';
import { missingEntries } from '../../../src/plan/init/add-images.ts';
import { readPinning } from '../../../src/plan/init/pinning.ts';

const API = 'ghcr.io/acme/api';
const deployment = (image: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }\nspec: { template: { spec: { containers: [{ name: api, image: "${image}" }] } } }\n`;
const overlay = (rest = '', base = '../../base') => `resources: [${base}]\n${rest}`;
const BASE = {
  'base/kustomization.yaml': 'resources: [api.yaml]\n',
  'base/api.yaml': deployment(`${API}:1.0`),
};
const [ENTRY, NONE, UNCLEAR] = [
  { entries: [{ repository: API, tag: '1.0' }], unclear: [] },
  { entries: [], unclear: [] },
  { entries: [], unclear: [API] },
];

it.each<[string, object, Readonly<Record<string, string>>]>([
  ['builds on it', ENTRY, { 'overlays/prod/kustomization.yaml': overlay() }],
  [
    'patches something else',
    ENTRY,
    {
      'overlays/prod/kustomization.yaml': overlay('patches:\n  - path: replicas.yaml\n'),
      'overlays/prod/replicas.yaml': 'kind: Deployment\nmetadata: { name: api }\nspec: { replicas: 3 }\n',
    },
  ],
  [
    'adds labels by a transformer',
    ENTRY,
    {
      'overlays/prod/kustomization.yaml': overlay('transformers: [labels.yaml]\n'),
      'overlays/prod/labels.yaml': 'kind: LabelTransformer\nlabels: { tier: prod }\n',
    },
  ],
  [
    'has a transformer of images',
    UNCLEAR,
    {
      'overlays/prod/kustomization.yaml': overlay('transformers: [tags.yaml]\n'),
      'overlays/prod/tags.yaml': `kind: ImageTagTransformer\nimageTag: { name: ${API}, newTag: "3.0" }\n`,
    },
  ],
  [
    'has a transformer that is elsewhere',
    UNCLEAR,
    { 'overlays/prod/kustomization.yaml': overlay('transformers: [tags.yaml]\n') },
  ],
  [
    'pins it by a patch in a file',
    NONE,
    {
      'overlays/prod/kustomization.yaml': overlay('patchesStrategicMerge:\n  - version.yaml\n'),
      'overlays/prod/version.yaml': deployment(`${API}:3.0`),
    },
  ],
  [
    'sets it by a patch of JSON',
    UNCLEAR,
    {
      'overlays/prod/kustomization.yaml': overlay('patches:\n  - path: image.json\n'),
      'overlays/prod/image.json': `[{ "op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "${API}:3.0" }]`,
    },
  ],
  [
    'sets it by a patch within',
    UNCLEAR,
    {
      'overlays/prod/kustomization.yaml': overlay(
        `patches:\n  - patch: |-\n      kind: Deployment\n      image: ${API}:3.0\n`,
      ),
    },
  ],
  [
    'has a component that sets it',
    UNCLEAR,
    {
      'overlays/prod/kustomization.yaml': overlay('components: [../../eu]\n'),
      'eu/kustomization.yaml': `kind: Component\nimages:\n  - name: ${API}\n    newTag: "3.0"\n`,
    },
  ],
  [
    'builds on an overlay that sets it',
    UNCLEAR,
    {
      'overlays/prod/kustomization.yaml': overlay('', '../all'),
      'overlays/all/kustomization.yaml': overlay(`images:\n  - name: ${API}\n    newTag: "3.0"\n`),
    },
  ],
  [
    'builds on two tags of it',
    UNCLEAR,
    {
      'base/kustomization.yaml': 'resources: [api.yaml, job.yaml]\n',
      'base/job.yaml': deployment(`${API}:0.9`),
      'overlays/prod/kustomization.yaml': overlay(),
    },
  ],
  [
    'builds on its digest',
    UNCLEAR,
    {
      'base/api.yaml': deployment(`${API}:1.0@sha256:${'a'.repeat(64)}`),
      'overlays/prod/kustomization.yaml': overlay(),
    },
  ],
])('an overlay that %s gets an entry only where that changes nothing', (_, expected, files) => {
  const texts = new Map(Object.entries({ ...BASE, ...files }));
  const pins = new Map([...readPinning(texts).read].map(([file, found = []]) => [file, found]));
  expect(missingEntries('overlays/prod/kustomization.yaml', texts, pins)).toEqual(expected);
});
