export const repository = 'eu.acme.com/prod/api';
export const known = ['ghcr.io/acme/api', repository];
export const MOVED = '«ghcr.io/acme|eu.acme.com/prod»/api';
export const WHOLE = `${MOVED}:«1.2.3|1.3.0@NEW»`;

/** A file whose pins are marked with what they become, by what holds it. */
export type Form = readonly [name: string, file: string, text: string];

/** What Argo CD and Flux deploy by. */
export const DELIVERY: readonly Form[] = [
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
];

export function object(apiVersion: string, kind: string, spec: string): string {
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
