import { expect, it } from 'vitest';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { checkOffline } from '../../../src/plan/check-offline.ts';
import { findDeployed } from '../../../src/plan/init/deployed.ts';
import { environmentsText } from '../../../src/plan/init/environments-text.ts';
import { findLayout } from '../../../src/plan/init/layout.ts';
import { clusterObjects } from '../../../src/plan/init/objects.ts';
import { noHolds } from '../../fixtures/no-holds.ts';

type Files = Readonly<Record<string, string>>;

const values = (repository: string) => `image:\n  repository: ${repository}\n  tag: 1.0.0\n`;
const OWN = 'https://github.com/acme/gitops';

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml */
const application = (name: string, source: string, repository = OWN) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name}, namespace: argocd }
spec:
  project: default
  source: { repoURL: ${repository}, targetRevision: HEAD, ${source} }
  destination: { server: https://kubernetes.default.svc, namespace: shop }
`;

async function layoutOf(files: Files) {
  const texts = new Map(Object.entries(files));
  const deployed = findDeployed(clusterObjects(texts), texts, address => address === OWN);
  const layout = findLayout(texts, { deployed });
  const environments = parseEnvironments(environmentsText(layout.environments), 'environments.yaml');
  const findings = await checkOffline(environments, texts, noHolds);
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  return layout;
}

it("takes Argo CD's applications for the environments of directories and value files", async () => {
  const { environments } = await layoutOf({
    'argocd/apps.yaml': [
      application('shop-dev', 'path: deploy/blue'),
      application('shop-prod', 'path: charts/shop, helm: { valueFiles: [values.yaml, ../../sets/eu.yaml] }'),
    ].join('---\n'),
    'deploy/blue/api.yaml': values('ghcr.io/acme/dev/api'),
    'charts/shop/values.yaml': 'replicas: 1\n',
    'sets/eu.yaml': values('ghcr.io/acme/prod/api'),
  });
  expect(environments).toMatchObject([
    { name: 'dev', files: ['deploy/blue/**/*.yaml'], registry: 'ghcr.io/acme/dev', guessed: undefined },
    { name: 'prod', files: ['sets/eu.yaml'], registry: 'ghcr.io/acme/prod' },
  ]);
});

it.each([
  [
    'of a list',
    `    - list:
        elements:
          - { env: staging, directory: sites/one }
          - { env: production, directory: sites/two }
`,
    '{{ .env }}',
    '{{.directory}}',
  ],
  [
    'of directories, in the older style',
    `    - matrix:
        generators:
          - git: { repoURL: ${OWN}, directories: [{ path: sites/* }] }
          - list: { elements: [{ app: shop }] }
`,
    '{{app}}-{{path.basename}}',
    '{{path}}',
  ],
])("takes Argo CD's sets of applications %s for environments", async (_, generators, name, path) => {
  const isList = name.includes('env');
  const [one, two] = isList ? ['sites/one', 'sites/two'] : ['sites/eu-staging', 'sites/eu-production'];
  const { environments } = await layoutOf({
    'set.yaml': `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: shop }
spec:
  generators:
${generators}  template:
    metadata: { name: '${name}' }
    spec: { source: { repoURL: ${OWN}, path: '${path}' }, destination: { name: in-cluster } }
`,
    [`${one}/api.yaml`]: values('ghcr.io/acme/staging/api'),
    [`${two}/api.yaml`]: values('ghcr.io/acme/production/api'),
  });
  expect(environments).toMatchObject([
    { name: 'staging', files: [`${one}/**/*.yaml`] },
    { name: 'production', files: [`${two}/**/*.yaml`] },
  ]);
});

it("takes Flux's kustomizations for environments, by the path of their own file", async () => {
  const { environments } = await layoutOf({
    'clusters/production/apps.yaml': `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: apps, namespace: flux-system }
spec: { interval: 1h, path: ./workloads/main, prune: true, sourceRef: { kind: GitRepository, name: flux-system } }
`,
    'workloads/main/api.yaml': values('ghcr.io/acme/api'),
  });
  expect(environments).toMatchObject([{ name: 'production', files: ['workloads/main/**/*.yaml'] }]);
  expect(environments[0]?.guessed).toBeUndefined();
});

it('says of what several environments deploy alike that it does, and reads no path of another repository', async () => {
  const { environments, left } = await layoutOf({
    'argocd/apps.yaml': [
      application('shop-dev', 'path: deploy/shared'),
      application('shop-prod', 'path: deploy/shared'),
      application('shop-dev', 'path: deploy/other', 'https://github.com/acme/else'),
    ].join('---\n'),
    'deploy/shared/api.yaml': values('ghcr.io/acme/shared/api'),
    'deploy/other/api.yaml': values('ghcr.io/acme/other/api'),
    'qa/api.yaml': values('ghcr.io/acme/qa/api'),
  });
  expect(environments).toMatchObject([{ name: 'qa' }]);
  expect(left).toEqual([
    { file: 'deploy/shared/api.yaml', reason: 'it is deployed to dev and prod alike' },
    { file: 'deploy/other/api.yaml', reason: 'its path names no environment' },
  ]);
});
