import { type BuiltImage, buildImage } from '../../../src/demo/image.ts';
import { push } from '../../e2e/shop.ts';
import { createWorld, type World } from '../../e2e/world.ts';
import { type Registry, type RegistryOptions, startRegistry } from '../../servers/registry.ts';

/** A registry of base images, and a Git repository whose files name them. */
export interface BaseWorld extends World {
  readonly registry: Registry;
  /** Pushes an image of these layers to `base/<name>:<tag>`; answers its digest. */
  publish(reference: string, layers: readonly string[], options?: ImageOptions): Promise<string>;
  /** Commits the files, `HOST` standing for the registry. */
  put(files: Readonly<Record<string, string>>): Promise<void>;
  /** Every ref and its commit. */
  refs(): Promise<string>;
}

/** What an image says of itself. */
interface ImageOptions {
  readonly created?: string;
  readonly architectures?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Starts both; `refresh` is what the environments file says under that key. */
export async function createBaseWorld(refresh: string, options: RegistryOptions = {}): Promise<BaseWorld> {
  const registry = await startRegistry(options);
  const world = await createWorld({
    'environments.yaml': `version: 1
images: { api: {} }
environments:
  dev: { from: build, registry: ${registry.host}/dev, files: ["dev/*.yaml"] }
refresh: ${refresh.replaceAll('HOST', registry.host)}
`,
  });
  return {
    ...world,
    registry,
    publish: async (reference, layers, image) =>
      await push(build(layers, image), `${registry.host}/${reference}`),
    put: async files => {
      for (const [path, text] of Object.entries(files)) {
        await world.write(path, text.replaceAll('HOST', registry.host));
      }
      await world.git('add', '.');
      await world.git('commit', '--quiet', '--message=Files');
    },
    refs: async () => await world.git('for-each-ref', '--format=%(refname) %(objectname)'),
    close: async () => {
      await registry.stop();
      await world.close();
    },
  };
}

function build(layers: readonly string[], options: ImageOptions = {}): BuiltImage {
  const { architectures = ['amd64', 'arm64'], annotations = {}, created } = options;
  return buildImage({
    platforms: architectures.map(architecture => ({ os: 'linux', architecture })),
    layers,
    annotations,
    ...(created === undefined ? {} : { created }),
  });
}
