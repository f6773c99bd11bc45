import { expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { impliedPins } from '../../src/pins/together/together.ts';
import { knownFor } from './marked.ts';

const BASE_API = 'registry.example/dev/api';
const OURS = 'registry.example/prod/api' as RepositoryName;
const FILE = 'overlays/prod/kustomization.yaml';
const OVERLAY = 'resources:\n- ../../base\n';
const POD = (image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n    - { name: c0, image: "${image}" }\n`;
type Files = Readonly<Record<string, string>>;
const JSON_PATCH = (container: string) =>
  `patches:\n- target: { kind: Pod }\n  patch: |-\n    - op: replace\n      path: /spec/containers/${container}/image\n      value: ${OURS}:1.0.0\n`;

function implied(own: Files, addImages: boolean) {
  return impliedPins({
    texts: new Map(Object.entries(own)),
    beside: new Map([
      ['base/kustomization.yaml', 'resources: [pod.yaml]\n'],
      ['base/pod.yaml', POD(`${BASE_API}:1.0.0`)],
    ]),
    known: knownFor([BASE_API, OURS]),
    isTarget: () => true,
    addImages,
  });
}

it.each<[string, Files]>([
  [
    'has a patch',
    {
      [FILE]: `${OVERLAY}patches: [{ path: patch.yaml }]\n`,
      'overlays/prod/patch.yaml': POD(`${OURS}:1.0.0`),
    },
  ],
  [
    'has a patch within',
    { [FILE]: `${OVERLAY}patches:\n- patch: |-\n${POD(`${OURS}:1.0.0`).replaceAll(/^/gm, '    ')}\n` },
  ],
  [
    'has a patch by the name that the base gives',
    {
      [FILE]: `namePrefix: eu-\n${OVERLAY}patches: [{ path: patch.yaml }]\n`,
      'overlays/prod/patch.yaml': POD(`${OURS}:1.0.0`).replace('name: api', 'name: eu-api'),
    },
  ],
  ['has a JSON patch', { [FILE]: `${OVERLAY}${JSON_PATCH('0')}` }],
  [
    'has a component with an entry',
    {
      [FILE]: `${OVERLAY}components: [../ours]\n`,
      'overlays/ours/kustomization.yaml': `kind: Component\nimages:\n- name: ${BASE_API}\n  newTag: "1"\n`,
    },
  ],
])('takes the place of what a base pins where the environment %s', (_, own) => {
  expect(implied(own, false).reported).toEqual([]);
  expect(implied(own, true).entries.size).toBe(0);
});

it.each<[string, Files]>([
  ['a patch that nothing lists', { [FILE]: OVERLAY, 'overlays/prod/patch.yaml': POD(`${OURS}:1.0.0`) }],
  [
    'another manifest of its own',
    {
      [FILE]: 'resources: [../../base, job.yaml]\n',
      'overlays/prod/job.yaml': POD(`${OURS}:1.0.0`).replace('name: api', 'name: job'),
    },
  ],
  [
    'a patch of another resource',
    {
      [FILE]: `${OVERLAY}patches: [{ path: patch.yaml }]\n`,
      'overlays/prod/patch.yaml': POD(`${OURS}:1.0.0`).replace('name: api', 'name: web'),
    },
  ],
  [
    'a patch of a resource with a longer name',
    {
      [FILE]: `${OVERLAY}patches: [{ path: patch.yaml }]\n`,
      'overlays/prod/patch.yaml': POD(`${OURS}:1.0.0`).replace('name: api', 'name: api-worker'),
    },
  ],
  [
    'a patch of another container',
    {
      [FILE]: `${OVERLAY}patches: [{ path: patch.yaml }]\n`,
      'overlays/prod/patch.yaml': POD(`${OURS}:1.0.0`).replace('name: c0', 'name: c1'),
    },
  ],
  ['a JSON patch of another container', { [FILE]: `${OVERLAY}${JSON_PATCH('1')}` }],
  [
    'a patch of an argument',
    {
      [FILE]: `${OVERLAY}patches: [{ path: patch.yaml }]\n`,
      'overlays/prod/patch.yaml': POD('x').replace('image: "x"', `args: ["--i=${OURS}:1.0.0"]`),
    },
  ],
])('are told although the environment has %s', (_, own) => {
  const text = `${BASE_API}:1.0.0 of base/pod.yaml:6`;
  expect(implied(own, false).reported).toMatchObject([{ file: FILE, kind: 'told', text }]);
  expect(implied(own, true).entries.get(FILE)).toMatchObject([{ name: BASE_API }]);
});
