import { expect, it } from 'vitest';
import { originText, type WrittenOrigin } from '../../../src/environments/image-origin.ts';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { findControllers } from '../../../src/plan/init/controllers.ts';
import { environmentsText } from '../../../src/plan/init/environments-text.ts';
import { findWays } from '../../../src/plan/init/kargo.ts';
import { findLayout } from '../../../src/plan/init/layout.ts';

const met = (file: string, text: string) =>
  findControllers(new Map([[file, text]])).map(({ object, here, hasEqual }) => [hasEqual, object, here]);

/** As https://docs.kargo.io/quickstart/ has them. */
const KARGO = `apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: { name: shop }
spec:
  subscriptions:
    - image: { repoURL: ghcr.io/acme/build/api, semverConstraint: ^1.26.0, discoveryLimit: 5 }
    - git: { repoURL: https://github.com/acme/gitops }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: qa }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: shop }
      sources: { direct: true }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: production }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: shop }
      sources: { stages: [qa], requiredSoakTime: 24h }
  verification: { analysisTemplates: [{ name: shop }] }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: all }
spec:
  requestedFreight:
    - sources: { stages: [qa, production] }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: { name: shop }
spec: { promotionPolicies: [{ stage: qa, autoPromotionEnabled: true }, { stage: production }] }
`;

it("says what does the same as Kargo's objects, and what has no equal", () => {
  expect(met('kargo.yaml', KARGO)).toEqual([
    [
      true,
      "Kargo's Warehouse shop",
      'images.api.source: ghcr.io/acme/build/api, and promote apply --image after each build',
    ],
    [false, "Kargo's Warehouse shop", 'a subscription to git: images alone are promoted'],
    [true, "Kargo's Stage qa", 'environments.qa.from: build'],
    [true, "Kargo's Stage production", 'environments.production.from: qa'],
    [expect.any(Boolean), "Kargo's Stage production, requiredSoakTime 24h", expect.stringContaining('soak')],
    [false, "Kargo's Stage production, verification", 'an analysis by AnalysisTemplates'],
    [true, "Kargo's Stage all", 'environments.all.from: { any: [qa, production] }'],
    [true, "Kargo's Project shop, promotion by hand", 'gates: { approval: { count: 1 } } of production'],
  ]);
});

it.each([
  ['stages: [eu, us], availabilityStrategy: All', true, 'environments.x.from: { all: [eu, us] }'],
  ['stages: [eu, us], availabilityStrategy: OneOf', true, 'environments.x.from: { any: [eu, us] }'],
  [
    'stages: [eu], direct: true',
    false,
    'taking from build and eu: an environment takes from builds or from others',
  ],
  ['stages: []', false, 'taking from nothing'],
])("takes Kargo's sources { %s } for what they are", (sources, hasEqual, here) => {
  const stage = `apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: x }
spec: { requestedFreight: [{ sources: { ${sources} } }] }
`;
  expect(met('kargo.yaml', stage)).toEqual([[hasEqual, "Kargo's Stage x", here]]);
});

it("does not take each image's stages for alternatives of all", () => {
  const stage = `apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: x }
spec: { requestedFreight: [{ sources: { stages: [eu] } }, { sources: { stages: [us] } }] }
`;
  expect(met('kargo.yaml', stage)).toEqual([
    [false, "Kargo's Stage x", expect.stringContaining('each image from other stages')],
  ]);
});

it("writes the ways of Kargo's stages and warehouses into the environments file", () => {
  const values = (repository: string) => `image: { repository: ${repository}, tag: "1" }\n`;
  const texts = new Map([
    ['kargo/shop.yaml', KARGO],
    ['dev/api.yaml', values('ghcr.io/acme/dev/api')],
    ['qa/api.yaml', values('ghcr.io/acme/qa/api')],
    ['production/api.yaml', values('ghcr.io/acme/production/api')],
  ]);
  const written = (ways = findWays(texts)) =>
    parseEnvironments(environmentsText(findLayout(texts).environments, { ways }), 'environments.yaml');
  const chain = (file: ReturnType<typeof written>) =>
    file.environments.map(({ name, from }) => [name, originText(from)]);
  expect(written().images).toMatchObject([{ name: 'api', source: 'ghcr.io/acme/build/api' }]);
  // Kargo says nothing of dev: the order of the words decides.
  expect(chain(written())).toEqual([
    ['dev', 'build'],
    ['qa', 'dev'],
    ['production', 'qa'],
  ]);
  texts.delete('dev/api.yaml');
  expect(chain(written())).toEqual([
    ['qa', 'build'],
    ['production', 'qa'],
  ]);
  const circle = new Map([
    ['qa', 'production'],
    ['production', 'qa'],
  ]);
  expect(chain(written({ from: circle, sources: new Map() }))).toEqual([
    ['qa', 'build'],
    ['production', 'qa'],
  ]);
});

it('writes several sources of a stage as they are', () => {
  const values = (name: string) => `image: { repository: ghcr.io/acme/${name}/api, tag: "1" }\n`;
  const texts = new Map(
    ['dev', 'staging', 'production'].map(name => [`${name}/api.yaml`, values(name)] as const),
  );
  const from = new Map<string, WrittenOrigin>([
    ['dev', 'build'],
    ['staging', 'build'],
    ['production', { any: ['dev', 'staging'] }],
  ]);
  const text = environmentsText(findLayout(texts).environments, { ways: { from, sources: new Map() } });
  const chain = parseEnvironments(text, 'environments.yaml').environments.map(environment => [
    environment.name,
    originText(environment.from),
  ]);
  expect(chain).toEqual([
    ['dev', 'build'],
    ['staging', 'build'],
    ['production', 'dev or staging'],
  ]);
});

it("says what does the same as Flux's policies and markers", () => {
  const text = `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: api }
spec: { image: ghcr.io/acme/api, interval: 5m }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: api }
spec: { imageRepositoryRef: { name: api }, policy: { semver: { range: 5.0.x } } }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: { name: all }
spec: { interval: 30m }
`;
  expect(met('flux.yaml', text).map(([, object]) => object)).toEqual([
    "Flux's ImageRepository api",
    "Flux's ImagePolicy api",
    "Flux's ImageUpdateAutomation all",
  ]);
  expect(met('app.yaml', 'tag: 5.0.0 # {"$imagepolicy": "flux-system:api:tag"}\n')).toEqual([
    [
      true,
      '1 of Flux\'s markers {"$imagepolicy": …}',
      'no markers: remove them, or two writers change these lines',
    ],
  ]);
});

it("says what does the same as Argo CD Image Updater's annotations and objects", () => {
  const annotated = (method: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  annotations:
    argocd-image-updater.argoproj.io/image-list: api=registry.acme.example:5000/acme/api:~1.26, nginx
    argocd-image-updater.argoproj.io/api.update-strategy: semver
${method}spec: {}
`;
  expect(met('a.yaml', annotated('    argocd-image-updater.argoproj.io/write-back-method: git\n'))).toEqual([
    [
      true,
      'Image Updater on the Application shop, registry.acme.example:5000/acme/api:~1.26',
      'images.api: {}, and promote apply --image after each build; a build decides, not ~1.26',
    ],
    [
      true,
      'Image Updater on the Application shop, nginx',
      'images.nginx: {}, and promote apply --image after each build',
    ],
    [true, 'Image Updater on the Application shop, write-back-method git', 'always: pins are in Git'],
  ]);
  expect(met('a.yaml', annotated('')).at(-1)?.slice(0, 1)).toEqual([false]);
  const object = `apiVersion: argocd-image-updater.argoproj.io/v1alpha1
kind: ImageUpdater
metadata: { name: shop }
spec:
  writeBackConfig: { method: "git:secret:argocd/git-creds" }
  applicationRefs: [{ namePattern: "shop-*", images: [{ alias: api, imageName: "ghcr.io/acme/api:1.x" }] }]
`;
  expect(met('b.yaml', object)).toEqual([
    [true, "Image Updater's ImageUpdater shop, ghcr.io/acme/api:1.x", expect.stringContaining('not 1.x')],
    [true, expect.stringContaining('write-back-method git:secret'), 'always: pins are in Git'],
  ]);
});

it('finds nothing of other tools where there is nothing, and reads no broken file', () => {
  expect(met('a.yaml', 'apiVersion: kargo.akuity.io/v1alpha1\nkind: {')).toEqual([]);
  expect(met('b.yaml', 'apiVersion: v1\nkind: Pod\n')).toEqual([]);
});
