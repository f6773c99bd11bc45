import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltImage, buildImage, type ImageRecipe, pushImage } from '../../src/demo/image.ts';
import { createHttp } from '../../src/http/http.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import { createWorld, type World } from './world.ts';

/** Where the shop's registries are. */
export interface Places {
  /** Registry and path that builds, dev and qa are below. */
  readonly near: string;
  /** Registry and path of production. */
  readonly far: string;
}

/** A shop's deployment repository: Helm values in dev, a kustomization in qa, a plain manifest in production. */
export async function createShop({ near, far }: Places, extra = ''): Promise<World> {
  const world = await createWorld({
    'environments.yaml': `version: 1
images:
  api: { source: ${near}/build/api }
signing: { key: ../cosign.key, publicKey: cosign.pub }
environments:
  dev: { from: build, registry: ${near}/dev, files: ["dev/*.yaml"], commit: direct }
  qa: { from: dev, registry: ${near}/qa, files: ["qa/*.yaml"], commit: direct }
  production:
    from: qa
    registry: ${far}/production
    files: ["production/*.yaml"]
    commit: direct
    tags: ["{tag}", { name: "{major}", moves: true }]
    gates: { approval: { by: stated, count: 1 } }
${extra}`,
    'dev/values.yaml': `# dev\nimage:\n  repository: ${near}/dev/api\n  tag: "0.0.0"   # kept\n`,
    'qa/kustomization.yaml': kustomization(`${near}/qa/api`),
    'qa/deployment.yaml': deployment('api'),
    'production/deployment.yaml': deployment(`${far}/production/api:0.0.0`),
  });
  await createKey(world);
  return world;
}

/** Makes a signing key beside the repository, and commits the public half as cosign.pub. */
export async function createKey(world: World): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(world.directory, 'cosign.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await world.write('cosign.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  await world.git('add', '.');
  await world.git('commit', '--quiet', '--amend', '--message=Start');
}

/** An image of as many platforms and layers, told apart by its version. */
export function build(version: string, platforms = 2, layers = 2): BuiltImage {
  const architectures = ['amd64', 'arm64', 's390x', 'riscv64'];
  const recipe: ImageRecipe = {
    platforms: architectures.slice(0, platforms).map(architecture => ({ os: 'linux', architecture })),
    layers: Array.from({ length: layers }, (_, index) => `layer ${index} of ${version}`),
    annotations: { 'org.opencontainers.image.version': version },
  };
  return buildImage(recipe);
}

/** Pushes an image to a reference of a loopback registry; answers its digest. */
export async function push(image: BuiltImage, reference: string): Promise<string> {
  const http = createHttp();
  const { repository, tag } = parseReference(reference);
  await pushImage(openRemote({ http, credentials: async () => undefined })(repository), image, tag);
  await http.close();
  return image.index.descriptor.digest;
}

function kustomization(image: string): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [deployment.yaml]
images:
  - name: api
    newName: ${image}
    newTag: 0.0.0 # kept
`;
}

function deployment(image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      containers:
        - { name: api, image: "${image}" } # kept
`;
}
