import { describe, expect, it } from 'vitest';
import { findPins } from '../../../src/pins/find.ts';
import { pinValue } from '../../../src/pins/value.ts';
import { expectEdits, knownFor, marked } from '../marked.ts';

const repository = 'eu.acme.com/prod/api';
const known = ['ghcr.io/acme/api', repository];
const MOVED = '«ghcr.io/acme|eu.acme.com/prod»/api';
const WHOLE = `${MOVED}:«1.2.3|1.3.0@NEW»`;

/** Everything that is edited without any setting, by what holds it. */
const FORMS: readonly (readonly [name: string, file: string, text: string])[] = [
  [
    'Argo CD: helm.parameters',
    'app.yaml',
    argo(
      `source: { helm: { parameters: [ { name: image.repository, value: ${MOVED} }, { name: image.tag, value: "«1.2.3|1.3.0@NEW»", forceString: true }, { name: replicas, value: "1.2.3" } ] } }`,
    ),
  ],
  [
    'Argo CD: parameters with registry and digest',
    'app.yaml',
    argo(
      'source: { helm: { parameters: [ { name: api.image.registry, value: «ghcr.io|eu.acme.com» }, { name: api.image.repository, value: «acme|prod»/api }, { name: api.image.tag, value: «1.2.3|1.3.0» }, { name: api.image.digest, value: «OLD|NEW» } ] } }',
    ),
  ],
  [
    'Argo CD: a parameter that is a reference',
    'app.yaml',
    argo(`sources: [ { helm: { parameters: [ { name: image, value: "${WHOLE}" } ] } } ]`),
  ],
  [
    'Argo CD: helm.values as text',
    'app.yaml',
    `${argo('source:')}    helm:\n      values: |\n        # ours\n        image:\n          repository: ${MOVED}   # here\n          tag: «1.2.3|1.3.0@NEW»\n\n        other: 1\n      releaseName: api\n`,
  ],
  [
    'Argo CD: helm.values in double quotes',
    'app.yaml',
    argo(`source: { helm: { values: "image:\\n  repository: ${MOVED}\\n  tag: '«1.2.3|1.3.0@NEW»'\\n" } }`),
  ],
  [
    'Argo CD: valuesObject',
    'app.yaml',
    argo(`source: { helm: { valuesObject: { image: { repository: ${MOVED}, tag: «1.2.3|1.3.0@NEW» } } } }`),
  ],
  [
    'Argo CD: kustomize.images',
    'app.yaml',
    argo(
      `source: { kustomize: { images: [ "«ghcr.io/acme/api:1.2.3|ghcr.io/acme/api=eu.acme.com/prod/api:1.3.0@NEW»", other:1.2.3 ] } }`,
    ),
  ],
  [
    'Argo CD: kustomize.images with a name',
    'app.yaml',
    argo(`source: { kustomize: { images: [ api=${WHOLE} ] } }`),
  ],
  [
    'Argo CD: .argocd-source',
    'apps/.argocd-source-api.yaml',
    `kustomize:\n  images:\n  - api=${WHOLE}\nhelm:\n  parameters:\n  - name: image.repository\n    value: ${MOVED}\n  - name: image.tag\n    value: «1.2.3|1.3.0@NEW»\n`,
  ],
  [
    'Argo CD: elements of an ApplicationSet',
    'set.yaml',
    set(
      `generators: [ { list: { elements: [ { cluster: eu, image: "${WHOLE}" }, { cluster: us, repository: ${MOVED}, tag: «1.2.3|1.3.0@NEW» } ] } } ]`,
    ),
  ],
  [
    'Argo CD: the template of an ApplicationSet',
    'set.yaml',
    set(
      `template: { metadata: { name: api }, spec: { source: { helm: { valuesObject: { image: { repository: ${MOVED}, tag: «1.2.3|1.3.0@NEW» } } } } } }`,
    ),
  ],
  [
    'Argo CD: a chart in an OCI registry',
    'app.yaml',
    argo('source: { repoURL: «ghcr.io/acme|eu.acme.com/prod», chart: api, targetRevision: «1.2.3|1.3.0» }'),
  ],
  [
    'Flux: postBuild.substitute',
    'ks.yaml',
    flux(
      'kustomize',
      'Kustomization',
      `postBuild: { substitute: { api_image: "${WHOLE}", other: "1.2.3" } }`,
    ),
  ],
  [
    'Flux: images',
    'ks.yaml',
    flux(
      'kustomize',
      'Kustomization',
      `images: [ { name: api, newName: ${MOVED}, newTag: «1.2.3|1.3.0»«|, digest: NEW» } ]`,
    ),
  ],
  [
    'Flux: postRenderers',
    'hr.yaml',
    flux(
      'helm',
      'HelmRelease',
      `postRenderers: [ { kustomize: { images: [ { name: api, newName: ${MOVED}, newTag: «1.2.3|1.3.0», digest: «OLD|NEW» } ], patches: [ { patch: "spec: { image: '${WHOLE}' }" } ] } } ]`,
    ),
  ],
  [
    'Flux: HelmRelease values',
    'hr.yaml',
    flux('helm', 'HelmRelease', `values: { image: { repository: ${MOVED}, tag: «1.2.3|1.3.0@NEW» } }`),
  ],
  [
    'Flux: OCIRepository by tag',
    'oci.yaml',
    flux(
      'source',
      'OCIRepository',
      'url: oci://«ghcr.io/acme|eu.acme.com/prod»/api, ref: { tag: «1.2.3|1.3.0» }',
    ),
  ],
  [
    'Flux: OCIRepository by tag and digest',
    'oci.yaml',
    flux(
      'source',
      'OCIRepository',
      'url: oci://«ghcr.io/acme|eu.acme.com/prod»/api, ref: { tag: «1.2.3|1.3.0», digest: "«OLD|NEW»" }',
    ),
  ],
  [
    'Flux: a chart of a HelmRepository beside it',
    'hr.yaml',
    `${flux('helm', 'HelmRelease', 'chart: { spec: { chart: api, version: «1.2.3|1.3.0», sourceRef: { kind: HelmRepository, name: acme } } }')}---\n${flux('source', 'HelmRepository', 'type: oci, url: oci://«ghcr.io/acme|eu.acme.com/prod»').replace('name: x', 'name: acme')}`,
  ],
  [
    'kustomize: an inline patch',
    'kustomization.yaml',
    `patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: { name: api }\n    spec:\n      template: { spec: { containers: [ { name: api, image: "${WHOLE}" } ] } }\n`,
  ],
  [
    'kustomize: a JSON 6902 patch',
    'kustomization.yaml',
    `patches:\n- target: { kind: Deployment }\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: ${WHOLE}\n`,
  ],
  [
    'kustomize: a JSON 6902 patch in JSON',
    'kustomization.yaml',
    `patches:\n- patch: '[{"op": "replace", "path": "/spec/containers/0", "value": {"image": "${WHOLE}"}}]'\n`,
  ],
  [
    'kustomize: a JSON 6902 patch in a file',
    'patch.yaml',
    `\uFEFF- op: replace\n  path: /spec/template/spec/containers/0/image\n  value: ${WHOLE}\n`,
  ],
  [
    'kustomize: helmCharts.valuesInline',
    'kustomization.yaml',
    `helmCharts:\n- name: api\n  repo: https://charts.example\n  valuesInline: { image: { repository: ${MOVED}, tag: «1.2.3|1.3.0@NEW» }, extra: "${WHOLE}" }\n`,
  ],
  [
    'kustomize: images of a component',
    'component.yaml',
    `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: api\n  newName: ${MOVED}\n  newTag: «1.2.3|1.3.0\n  digest: NEW»\n`.replace(
      '«1.2.3|1.3.0\n  digest: NEW»',
      '«1.2.3|1.3.0»«|\n  digest: NEW»',
    ),
  ],
  [
    'Argo Workflows',
    'cron.yaml',
    object(
      'argoproj.io/v1alpha1',
      'CronWorkflow',
      `workflowSpec: { templates: [ { container: { image: "${WHOLE}" } }, { script: { image: "${WHOLE}", source: echo } }, { containerSet: { containers: [ { image: "${WHOLE}" } ] } } ], arguments: { parameters: [ { name: image, value: "${WHOLE}" } ] } }`,
    ),
  ],
  [
    'Argo Rollouts',
    'rollout.yaml',
    object(
      'argoproj.io/v1alpha1',
      'Rollout',
      `template: { spec: { containers: [ { image: "${WHOLE}" } ] } }`,
    ),
  ],
  [
    'Tekton',
    'task.yaml',
    object(
      'tekton.dev/v1',
      'Task',
      `params: [ { name: tool, default: "${WHOLE}" } ], stepTemplate: { image: "${WHOLE}" }, steps: [ { image: "${WHOLE}" } ], sidecars: [ { image: "${WHOLE}" } ]`,
    ),
  ],
  [
    'Knative',
    'service.yaml',
    object(
      'serving.knative.dev/v1',
      'Service',
      `template: { spec: { containers: [ { image: "${WHOLE}" } ] } }`,
    ),
  ],
  [
    'the image of a custom resource',
    'cr.yaml',
    object('monitoring.coreos.com/v1', 'Prometheus', `image: "${WHOLE}"`),
  ],
  [
    'another key of a custom resource',
    'cr.yaml',
    object('postgresql.cnpg.io/v1', 'Cluster', `imageName: "${WHOLE}"`),
  ],
  [
    'repository and tag of a custom resource',
    'cr.yaml',
    object('acme.com/v1', 'Shop', `image: { repository: ${MOVED}, tag: «1.2.3|1.3.0@NEW» }`),
  ],
  [
    'a variable',
    'operator.yaml',
    object(
      'apps/v1',
      'Deployment',
      `template: { spec: { containers: [ { image: x/op:1, env: [ { name: RELATED_IMAGE_API, value: "${WHOLE}" } ], args: [ "--image=ghcr.io/acme/api:1.2.3" ] } ] } }`,
    ),
  ],
  [
    'a ConfigMap',
    'cm.yaml',
    `apiVersion: v1\nkind: ConfigMap\ndata:\n  api: ${WHOLE}\n  values.yaml: |\n    image:\n      repository: ${MOVED}\n      tag: «1.2.3|1.3.0@NEW»\n  values.json: '{"image": {"repository": "${MOVED}", "tag": "«1.2.3|1.3.0@NEW»"}}'\n  script.sh: |\n    docker run ghcr.io/acme/api:1.2.3\n`,
  ],
  [
    'helmfile: set',
    'helmfile.yaml',
    `releases:\n- name: api\n  chart: acme/api\n  set:\n  - { name: image.repository, value: ${MOVED} }\n  - { name: image.tag, value: «1.2.3|1.3.0@NEW» }\n  values:\n  - image: { repository: ${MOVED}, tag: «1.2.3|1.3.0@NEW» }\n`,
  ],
  [
    'helmfile: a chart in an OCI registry',
    'helmfile.yaml',
    'releases: [ { name: api, chart: oci://«ghcr.io/acme|eu.acme.com/prod»/api, version: «1.2.3|1.3.0» } ]\n',
  ],
  [
    'Chart.yaml: dependencies',
    'Chart.yaml',
    'apiVersion: v2\nname: shop\nversion: 1.2.3\ndependencies:\n- name: api\n  version: «1.2.3|1.3.0»\n  repository: oci://«ghcr.io/acme|eu.acme.com/prod»\n',
  ],
  [
    '.env: a reference',
    '.env',
    `# images\nTAG=1.2.3\nexport API_IMAGE="${WHOLE}" # ours\nWEB=${WHOLE}\r\nEMPTY=\n`,
  ],
  [
    'compose: a default',
    'compose.yaml',
    `services:\n  api: { image: "${MOVED}:\${TAG:-«1.2.3|1.3.0@NEW»}" }\n`,
  ],
  [
    'compose: a variable of a service',
    'compose.yaml',
    `services: { api: { image: x/y:1, environment: { WORKER: "${WHOLE}" } } }\n`,
  ],
  [
    'compose: what a service builds and is called',
    'compose.yaml',
    `services: { api: { image: "${WHOLE}", build: . } }\n`,
  ],
];

function object(apiVersion: string, kind: string, spec: string): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x, annotations: { a: "ghcr.io/acme/api:1.2.3" } }\nspec: { ${spec} }\n`;
}
function argo(spec: string): string {
  const head = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: api }\n';
  return spec.endsWith(':') ? `${head}spec:\n  ${spec}\n` : `${head}spec: { ${spec} }\n`;
}
function set(spec: string): string {
  return object('argoproj.io/v1alpha1', 'ApplicationSet', spec);
}
function flux(group: string, kind: string, spec: string): string {
  return object(`${group}.toolkit.fluxcd.io/v1`, kind, spec);
}

describe('edited without any setting, and nothing else', () => {
  it.each(FORMS)('%s', (_, file, text) => {
    expectEdits(text, { file, known, repository });
    expectEdits(text.replaceAll(/\r?\n/g, '\r\n'), { file, known, repository });
    expectEdits(text.trimEnd(), { file, known, repository });
  });

  it.each(FORMS)('%s: every pin is of the known image', (_, file, text) => {
    const { before } = marked(text);
    const pins = findPins(file, before, [], { known: knownFor(known) });
    const ours = pins.filter(({ repository: name }) => name !== undefined && known.includes(name));
    for (const pin of ours) expect(pinValue(pin)).toMatch(/^ghcr.io\/acme\/api(?::1.2.3)?(?:@sha256:1+)?$/);
  });
});

it('a string that is no YAML holds no pin, and stops nobody', () => {
  const text =
    'apiVersion: v1\nkind: ConfigMap\ndata:\n  motd: |\n    image: ghcr.io/acme/api:1\n      tag: 1\n  go: |\n    image: ghcr.io/acme/api:{{ .x }}\n';
  expect(findPins('cm.yaml', text, [], { known: knownFor(known) })).toEqual([]);
});
