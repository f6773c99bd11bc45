import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { RepositoryName } from '../../../src/oci/reference.ts';
import { editPins } from '../../../src/pins/edit.ts';
import { findPins } from '../../../src/pins/find.ts';
import { describeWith, runProgram } from '../../servers/tools.ts';
import { knownFor, NEW, OLD } from '../marked.ts';

const OURS = 'eu.acme.com/prod/api' as RepositoryName;
const KNOWN = knownFor([OURS]);
const WHOLE = `${OURS}:1.2.3@${OLD}`;
const AFTER = `${OURS}:1.3.0@${NEW}`;
const DEPLOYMENT =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }\nspec:\n  selector: { matchLabels: { a: b } }\n  template:\n    metadata: { labels: { a: b } }\n    spec:\n      containers:\n      - { name: api, image: "placeholder:0" }\n      - { name: proxy, image: "envoy:1" }\n';
const BASE = 'resources: [base.yaml]\n';
const PATH = '/spec/template/spec/containers/0/image';
const STRATEGIC =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }\nspec: { template: { spec: { containers: [ { name: api, image: "WHOLE" } ] } } }\n';
const inBlock = (text: string, indent: string) => text.replaceAll(/^/gm, indent).trimEnd();
const TARGET = '  target: { kind: Deployment, name: api }\n';
const COMPONENT = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';
const CHART = {
  'charts/api/values.yaml': 'image: { repository: none, tag: none }\n',
  'charts/api/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 1.0.0\n',
  'charts/api/templates/pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec: { containers: [ { name: api, image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}" }, { name: proxy, image: "envoy:1" } ] }\n',
};

interface Row {
  readonly name: string;
  readonly path: string;
  readonly written: string;
  readonly beside?: Readonly<Record<string, string>>;
}

/** Each kind of place within a kustomization that can name an image: the file that does, and what lies beside it. */
const ROWS: readonly Row[] = [
  {
    name: 'an inline strategic merge patch',
    path: 'kustomization.yaml',
    written: `${BASE}patches:\n- patch: |-\n${inBlock(STRATEGIC, '    ')}\n`,
  },
  {
    name: 'an inline JSON 6902 patch',
    path: 'kustomization.yaml',
    written: `${BASE}patches:\n- patch: |-\n    - op: replace\n      path: ${PATH}\n      value: WHOLE\n${TARGET}`,
  },
  {
    name: 'an inline JSON 6902 patch in JSON',
    path: 'kustomization.yaml',
    written: `${BASE}patches:\n- patch: '[{"op": "replace", "path": "${PATH}", "value": "WHOLE"}]'\n${TARGET}`,
  },
  {
    name: 'the old form of a strategic merge patch',
    path: 'kustomization.yaml',
    written: `${BASE}patchesStrategicMerge:\n- |-\n${inBlock(STRATEGIC, '  ')}\n`,
  },
  {
    name: 'the old form of a JSON 6902 patch',
    path: 'kustomization.yaml',
    written: `${BASE}patchesJson6902:\n- target: { group: apps, version: v1, kind: Deployment, name: api }\n  patch: |-\n    - op: replace\n      path: ${PATH}\n      value: WHOLE\n`,
  },
  {
    name: 'a file of a strategic merge patch',
    path: 'patch.yaml',
    written: STRATEGIC,
    beside: { 'kustomization.yaml': `${BASE}patches:\n- path: patch.yaml\n` },
  },
  {
    name: 'a file of a JSON 6902 patch',
    path: 'patch.yaml',
    written: `- op: replace\n  path: ${PATH}\n  value: WHOLE\n`,
    beside: { 'kustomization.yaml': `${BASE}patches:\n- path: patch.yaml\n${TARGET}` },
  },
  {
    name: 'a component',
    path: 'component/kustomization.yaml',
    written: `${COMPONENT}images:\n- name: placeholder\n  newName: ${OURS}\n  newTag: 1.2.3\n  digest: ${OLD}\n`,
    beside: { 'kustomization.yaml': `${BASE}components: [component]\n` },
  },
  {
    name: 'a component with a patch',
    path: 'component/kustomization.yaml',
    written: `${COMPONENT}patches:\n- patch: |-\n${inBlock(STRATEGIC, '    ')}\n`,
    beside: { 'kustomization.yaml': `${BASE}components: [component]\n` },
  },
  {
    name: 'the inline values of a chart',
    path: 'kustomization.yaml',
    written: `helmCharts:\n- name: api\n  releaseName: api\n  valuesInline:\n    image: { repository: ${OURS}, tag: "1.2.3@${OLD}" }\n`,
    beside: CHART,
  },
];

describeWith(['kustomize', 'helm'], 'kustomize prints the promoted image, and nothing else changes', () => {
  it.each(ROWS)('in $name', async ({ path, written, beside = {} }) => {
    const text = written.replaceAll('WHOLE', WHOLE);
    const pins = findPins(path, text, [], { known: KNOWN }).filter(({ repository }) => repository === OURS);
    expect(pins).toHaveLength(1);
    const target = { repository: OURS, tag: '1.3.0', digest: NEW };
    const changes = pins.map(({ locator }) => ({ locator, target }));
    const edited = editPins(path, text, changes, [], { known: KNOWN });
    const [before, after] = [
      await built({ ...beside, [path]: text }),
      await built({ ...beside, [path]: edited }),
    ];
    expect(before.split(WHOLE)).toHaveLength(2);
    expect(after.split(AFTER)).toHaveLength(2);
    expect(after.replace(AFTER, WHOLE)).toBe(before);
  });
});

async function built(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-patches-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ 'base.yaml': DEPLOYMENT, ...files })) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  const command = ['build', '--enable-helm', '--load-restrictor', 'LoadRestrictionsNone', directory];
  return (await runProgram('kustomize', command)).stdout;
}
