import type { RegistryOptions } from '../../servers/registry.ts';
import { type BaseWorld, createBaseWorld } from '../refresh/base-world.ts';

/** A registry with a mirror of `base/node`, and files that may name either. */
export interface MirrorWorld extends BaseWorld {
  mirror(...args: readonly string[]): Promise<MirrorRan>;
  /** The digest that a tag of the mirror names. */
  mirrored(tag: string): Promise<string | null>;
}

/** What a run of the command said. */
interface MirrorRan {
  readonly code: number;
  readonly kinds: Readonly<Record<string, string>>;
  readonly tags: readonly object[];
  /** How many requests wrote to the registry. */
  readonly wrote: number;
  readonly groups: readonly object[];
  readonly left: readonly object[];
}

/** Starts it; `keys` are further keys of the mirror. */
export async function createMirrorWorld(
  keys: string,
  options: RegistryOptions = {},
  tags = '["22"]',
): Promise<MirrorWorld> {
  const entry = `{ name: node, from: HOST/base/node, to: HOST/mirror/node, tags: ${tags}${keys} }`;
  const world = await createBaseWorld(`{}\nmirrors: [${entry}]`, options);
  const { registry } = world;
  return {
    ...world,
    mirror: async (...args) => {
      registry.requests();
      const { code, stdout } = await world.run('mirror', '--format', 'json', ...args);
      const { mirrors, repositories } = JSON.parse(stdout);
      const wrote = registry.requests().filter(({ method }) => !['GET', 'HEAD'].includes(method));
      const [{ tags: looked }] = mirrors;
      const kinds = looked.map(({ tag, kind }: { tag: string; kind: string }) => [tag, kind]);
      const [{ groups = [], left = [] } = {}] = repositories;
      return { code, kinds: Object.fromEntries(kinds), tags: looked, wrote: wrote.length, groups, left };
    },
    mirrored: async tag => {
      const url = `http://${registry.host}/v2/mirror/node/manifests/${tag}`;
      const answer = await fetch(url, { method: 'HEAD', headers: { accept: '*/*' } });
      return answer.headers.get('docker-content-digest');
    },
  };
}
