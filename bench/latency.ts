import { join } from 'node:path';
import { type BuiltImage, buildImage } from '../src/demo/image.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent } from '../src/oci/manifest.ts';
import { spawnPromote } from '../test/built/run-promote.ts';
import { createKey } from '../test/e2e/shop.ts';
import { createWorld, type World } from '../test/e2e/world.ts';
import { type SeenRequest, startRegistry } from '../test/servers/registry.ts';
import type { Repositories } from '../test/servers/registry-routes.ts';
import { measure } from './measure.ts';

/** Milliseconds that a request and its answer are on their way, each. */
const ONE_WAY = 10;

/** The parts of every image; only their indexes differ. */
const LARGE = partsOf(['amd64', 'arm64', 'riscv64'], ['1', '2', '3', '4', '5', '6']);
const SMALL = partsOf(['amd64'], ['1']);

function partsOf(architectures: readonly string[], layers: readonly string[]): BuiltImage {
  const platforms = architectures.map(architecture => ({ os: 'linux', architecture }));
  return buildImage({ platforms, layers });
}

/** What `apply` is measured with. */
interface Scene {
  readonly parts: BuiltImage;
  readonly images: number;
  /** The version that the target's files pin; the source's pin 2.0.0. */
  readonly pinned: '1.0.0' | '2.0.0';
  readonly signs: boolean;
}

interface Measured {
  readonly seconds: number;
  /** Requests of a kind, an image. */
  each(isCounted: (request: SeenRequest) => boolean): number;
}

type Figure = readonly [what: string, value: number, bound: number];

/** Counts and times `apply` where all images are at the target already, and the registry is 20 ms away. */
export async function benchLatency(): Promise<void> {
  console.log('\nimages that are there already, in a registry that is 20 ms away');
  for (const [shape, parts] of [
    ['3 platforms with 6 layers', LARGE],
    ['1 platform with 1 layer', SMALL],
  ] as const) {
    const moved = await measured({ parts, images: 500, pinned: '1.0.0', signs: false });
    say(`500 pins to move, images of ${shape}`, [
      ['requests an image', moved.each(() => true), 6],
      ['seconds', moved.seconds, 10],
    ]);
  }
  const still = await measured({ parts: LARGE, images: 2000, pinned: '2.0.0', signs: false });
  say('2,000 images of 3 platforms with 6 layers, nothing to do', [
    ['requests an image', still.each(() => true), 1],
    ['seconds', still.seconds, 12],
  ]);
  const signed = await measured({ parts: LARGE, images: 100, pinned: '1.0.0', signs: true });
  const listsIn = (place: string) =>
    signed.each(({ path }) => path.startsWith(`/v2/${place}/`) && path.includes('/referrers/'));
  const manifests = 1 + LARGE.manifests.length;
  say('100 such images with evidence and signatures, nothing to do', [
    ['lists of referrers at the source', listsIn('source'), manifests],
    ['lists of referrers at the target', listsIn('target'), manifests],
    ['blobs of signature and record', signed.each(({ path }) => path.includes('/blobs/')), 2],
  ]);
  console.log(`    ${signed.each(() => true).toFixed(1)} requests an image in all`);
}

function say(what: string, figures: readonly Figure[]): void {
  console.log(`  ${what}`);
  for (const [name, value, bound] of figures) {
    const verdict = value <= bound ? 'pass' : 'FAIL';
    console.log(`    ${name.padEnd(34)} ${value.toFixed(1).padStart(6)} (bound: ${bound}) ${verdict}`);
  }
}

/** Runs `apply`; where it signs, once before without counting, so that nothing is left to do. */
async function measured({ parts, images, pinned, signs }: Scene): Promise<Measured> {
  const repositories: Repositories = new Map();
  let latency = 0;
  const registry = await startRegistry({ repositories, pageSize: 100, latency: () => latency });
  const [old, current] = ['1.0.0', '2.0.0'].map(version => imagesOf(parts, version, images));
  for (const [index, image] of (current ?? []).entries()) {
    for (const place of ['source', 'target'])
      repositories.set(`${place}/image-${index}`, holding(parts, [old?.[index], image]));
  }
  const world = await worldOf(
    registry.host,
    { source: current, target: pinned === '1.0.0' ? old : current },
    signs,
  );
  const args = ['apply', 'target', ...(signs ? [] : ['--evidence', 'none'])];
  if (signs) await applied(world, args);
  latency = ONE_WAY;
  registry.requests();
  const seconds = await measure(() => applied(world, args));
  const seen = registry.requests();
  await Promise.all([registry.stop(), world.close()]);
  return { seconds, each: isCounted => seen.filter(isCounted).length / images };
}

async function applied(world: World, args: readonly string[]): Promise<void> {
  const { code, stderr } = await spawnPromote(world.repository, world.env, args);
  if (code !== 0) throw new Error(`promote ${args.join(' ')} ended with ${code}: ${stderr}`);
}

/** An image as its index, and the tag that names it. */
interface Tagged {
  readonly tag: string;
  readonly index: ManifestContent;
}

function imagesOf(parts: BuiltImage, version: string, count: number): readonly Tagged[] {
  const index = JSON.parse(new TextDecoder().decode(parts.index.bytes));
  return Array.from({ length: count }, (_, number) => {
    const annotations = { 'org.opencontainers.image.version': version, number: String(number) };
    const bytes = Buffer.from(JSON.stringify({ ...index, annotations }));
    return { tag: version, index: manifestContent(bytes, MEDIA_TYPES.index) };
  });
}

/** A repository that has these images. */
function holding(parts: BuiltImage, images: readonly (Tagged | undefined)[]) {
  const held = images.filter(image => image !== undefined);
  const manifests = [...parts.manifests, ...held.map(({ index }) => index)];
  return {
    blobs: new Map(parts.blobs.map(({ descriptor, bytes }) => [descriptor.digest, Buffer.from(bytes)])),
    manifests: new Map(
      manifests.map(({ descriptor, bytes }) => [
        descriptor.digest,
        { bytes: Buffer.from(bytes), type: descriptor.mediaType },
      ]),
    ),
    tags: new Map(held.map(({ tag, index }) => [tag, index.descriptor.digest])),
  };
}

type Pinned = Readonly<Record<'source' | 'target', readonly Tagged[] | undefined>>;

/** A deployment repository whose two environments pin the images, with a bare one as its remote. */
async function worldOf(host: string, pinned: Pinned, signs: boolean): Promise<World> {
  const names = (pinned.source ?? []).map((_, index) => `image-${index}: {}`);
  const files = Object.entries(pinned).flatMap(([environment, images = []]) =>
    images.map(({ tag, index }, number) => [
      `${environment}/image-${number}.yaml`,
      `image:\n  repository: ${host}/${environment}/image-${number}\n  tag: "${tag}@${index.descriptor.digest}"\n`,
    ]),
  );
  const world = await createWorld({
    'environments.yaml': `version: 1
images: { ${names.join(', ')} }
${signs ? 'signing: { key: ../cosign.key, publicKey: cosign.pub }' : ''}
environments:
  source: { from: build, registry: ${host}/source, files: ["source/*.yaml"], commit: direct }
  target: { from: source, registry: ${host}/target, files: ["target/*.yaml"], commit: direct }
`,
    ...Object.fromEntries(files),
  });
  if (signs) await createKey(world);
  const origin = join(world.directory, 'origin.git');
  await world.git('clone', '--quiet', '--bare', '.', origin);
  await world.git('remote', 'add', 'origin', origin);
  await world.git('push', '--quiet', '--set-upstream', 'origin', 'main');
  return world;
}
