/** The demo's environments file: four environments, each with a registry and a differently written file. */
const ENVIRONMENTS = `version: 1
images:
  api:
    source: oci:../registries/build/api
signing:
  key: ../cosign.key
environments:
  dev:
    from: build
    registry: [{ push: "oci:../registries/dev", pull: registry.example/dev }]
    files: ["dev/*.yaml"]
    commit: direct
  qa:
    from: dev
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
    registry: [{ push: "oci:../registries/production", pull: registry.example/production }]
    files: ["production/*.yaml"]
    commit: direct
    tags: ["{tag}", { name: "{major}.{minor}", moves: true }]
    gates:
      approval: { by: stated, count: 1, users: [alice, bob] }
`;

const HELM = (environment: string) => `# What ${environment} runs. The comments and quotes stay as they are.
replicas: 2
image:
  repository: registry.example/${environment}/api
  tag: "0.0.0"   # set by promote
  pullPolicy: IfNotPresent
`;

const KUSTOMIZATION = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../base
images:
  - name: api
    newName: registry.example/qa/api
    newTag: 0.0.0
`;

const DEPLOYMENT = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      containers:
        - name: api
          image: ${image}
          ports: [{ containerPort: 8080 }]
`;

/** Every file of the demo's deployment repository, by path. */
export const FILES: Readonly<Record<string, string>> = {
  'environments.yaml': ENVIRONMENTS,
  'dev/values.yaml': HELM('dev'),
  'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'base/deployment.yaml': DEPLOYMENT('api'),
  'qa/kustomization.yaml': KUSTOMIZATION,
  'staging/deployment.yaml': DEPLOYMENT('registry.example/staging/api:0.0.0'),
  'production/values.yaml': HELM('production'),
};
