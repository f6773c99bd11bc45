import { describe, expect, it } from 'vitest';
import type { Mention } from '../../src/pins/mentions/mention.ts';
import { impliedPins } from '../../src/pins/together/together.ts';
import { knownFor } from './marked.ts';

const BASE_API = 'registry.example/dev/api';
const FILE = 'overlays/prod/kustomization.yaml';
const OVERLAY = 'resources:\n- ../../base\n';
const ENTRY = `${OVERLAY}images:\n- name: ${BASE_API}\n  newTag: "1"\n`;
const POD = (image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n    - { name: c0, image: "${image}" }\n`;

const PATCHED = {
  'base/kustomization.yaml': 'resources: [pod.yaml]\npatches: [{ path: patch.yaml }]\n',
};
const SIDE = `env: [{ name: SIDE, value: "${BASE_API}:1.0.0" }]`;
const withField = (field: string) => POD(`${BASE_API}:1.0.0`).replace('" }', `", ${field} }`);
const patching = (field: string) => `resources: [pod.yaml]
patches:
- patch: |-
    apiVersion: v1
    kind: Pod
    metadata: { name: api }
    spec: { containers: [{ name: c0, ${field} }] }
`;

describe('what a base names', () => {
  it.each<[string, string, string]>([
    ['an argument', 'pod.yaml', withField(`args: ["--side=${BASE_API}:1.0.0"]`)],
    ['a variable', 'pod.yaml', withField(`env: [{ name: SIDE, value: "${BASE_API}:1.0.0" }]`)],
    ['a field of another resource', 'pod.yaml', `kind: Widget\nspec: { image: "${BASE_API}:1.0.0" }\n`],
    ['what a patch gives to an argument', 'kustomization.yaml', patching(`args: ["${BASE_API}:1.0.0"]`)],
    ['what a patch file gives to a variable', 'patch.yaml', POD('x').replace('image: "x"', SIDE)],
  ])('is told although the kustomization has an entry: %s', (_, file, text) => {
    const bases = { ...PATCHED, 'base/pod.yaml': POD(`${BASE_API}:1.0.0`), [`base/${file}`]: text };
    const where = expect.stringContaining(`${BASE_API}:1.0.0 of base/${file}:`);
    expect(told(ENTRY, bases)).toMatchObject([{ file: FILE, line: 2, kind: 'told', text: where }]);
    const settled = { ...bases, [`base/${file}`]: text.replaceAll('\n', ' # promote: ignore as it is\n') };
    expect(told(ENTRY, settled)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['a patch of a base', 'kustomization.yaml', patching(`image: "${BASE_API}:2.0.0"`)],
    ['a patch file of a base', 'patch.yaml', POD(`${BASE_API}:2.0.0`)],
    [
      'a JSON patch of a base',
      'patch.yaml',
      `- { op: replace, path: /spec/containers/0/image, value: "${BASE_API}:2.0.0" }\n`,
    ],
  ])('is told of %s, and an entry answers for it', (_, file, text) => {
    const bases = { ...PATCHED, 'base/pod.yaml': POD('x'), [`base/${file}`]: text };
    const where = expect.stringContaining(`${BASE_API}:2.0.0 of base/${file}`);
    expect(told(OVERLAY, bases)).toMatchObject([{ text: where }]);
    expect(told(ENTRY, bases)).toEqual([]);
  });
});

it('is decided by a patch of the same resource that gives another to such a place', () => {
  const bases = { ...PATCHED, 'base/pod.yaml': withField(SIDE) };
  const patch = POD('x').replace('image: "x"', SIDE);
  const listed = `${ENTRY}patches: [{ path: patch.yaml }]\n`;
  expect(told(listed, bases, { 'overlays/prod/patch.yaml': patch })).toEqual([]);
  const other = patch.replace('name: api', 'name: web');
  expect(told(listed, bases, { 'overlays/prod/patch.yaml': other })).toHaveLength(1);
  const ofImage = POD(`${BASE_API}:1.0.0`);
  expect(told(listed, bases, { 'overlays/prod/patch.yaml': ofImage })).toHaveLength(1);
});

function told(
  overlay: string,
  bases: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>> = {},
): readonly Mention[] {
  return impliedPins({
    texts: new Map([[FILE, overlay], ...Object.entries(own)]),
    beside: new Map(Object.entries(bases)),
    known: knownFor([BASE_API]),
    isTarget: () => true,
  }).reported;
}
