/** Who runs what the pages show. */
export const ADA = {
  GIT_AUTHOR_NAME: 'Ada Lovelace',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada Lovelace',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** An environments file beside the demo's, whose production has one gate; it signs where a key is named. */
export const gated = (gate: string, key = '') => `version: 1
images: { api: {} }
${key === '' ? '' : `signing: { key: ${key} }`}
environments:
  qa:
    from: build
    registry: [{ push: "oci:../registries/qa", pull: registry.example/qa }]
    files: ["qa/*.yaml"]
    commit: direct
  staging:
    from: qa
    registry: [{ push: "oci:../registries/staging", pull: registry.example/staging }]
    files: ["staging/*.yaml"]
    commit: direct
  production:
    from: staging
    registry: [{ push: "oci:../registries/next", pull: registry.example/next }]
    files: ["next/*.yaml"]
    commit: direct
    gates:
      ${gate}
`;

/** Helm values that pin an image of acme's. */
export const values = (image: string, tag: string) =>
  `image:\n  repository: ghcr.io/acme/${image}\n  tag: ${tag}\n`;

/** Helm values that pin `api` in a layout. */
export const pinned = (name: string, tag: string) =>
  `image:\n  repository: oci:../${name}/api\n  tag: ${tag}\n`;

/** An environments file with two sources; how they count goes in place of FROM. */
export const SEVERAL = `version: 1
images: { api: { source: "oci:../build/api" } }
environments:
  eu: { from: build, registry: "oci:../eu", files: ["eu/**"] }
  us: { from: build, registry: "oci:../us", files: ["us/**"] }
  production:
    from: FROM
    registry: "oci:../production"
    files: ["production/**"]
    commit: direct
`;

/** An environments file for DEPLOYMENT. */
export const LINTED = `version: 1
images: { api: {} }
environments:
  production: { from: build, registry: registry.example.com/prod, files: ["prod/*.yaml"] }
`;

/** What lint has something to say about. */
export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    spec:
      containers:
        - name: api
          image: registry.example.com/prod/api:1.4.0
        - name: cache
          image: docker.io/library/redis:latest
          imagePullPolicy: IfNotPresent
`;

/** A pipeline of Kargo's. */
export const KARGO = `apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: { name: shop, namespace: shop }
spec: { subscriptions: [{ image: { repoURL: ghcr.io/acme/build/api } }] }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: staging, namespace: shop }
spec: { requestedFreight: [{ origin: { kind: Warehouse, name: shop }, sources: { direct: true } }] }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: production, namespace: shop }
spec:
  requestedFreight: [{ origin: { kind: Warehouse, name: shop }, sources: { stages: [staging] } }]
  verification: { analysisTemplates: [{ name: smoke }] }
`;
