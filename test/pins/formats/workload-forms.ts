import { type Form, MOVED, object, WHOLE } from './delivery-forms.ts';

/** The same of everything else. */
export const WORKLOADS: readonly Form[] = [
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
