import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import type { Store } from '../../src/registry/store.ts';
import { startDockerRegistry } from '../servers/docker-registry.ts';
import { runProgram } from '../servers/tools.ts';

/** The password of the place's key. */
export const COSIGN_PASSWORD = 'marked-secret-password';

/** An image layout of ours and the repository of a real registry that it is copied to and from. */
export interface Repository {
  readonly store: Store;
  /** The repository at the registry. */
  readonly name: string;
  /** Copies the layout's `v1`, or another tag, with all its referrers to the registry. */
  push(tag?: string): Promise<void>;
  /** Copies the registry's `v1` with all its referrers to a new layout. */
  pull(): Promise<Store>;
}

/** A registry without the referrers API, and a key pair that cosign made. */
export interface CosignPlace {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly directory: string;
  repository(path: string): Repository;
  /** Runs cosign in the place's directory; rejects where it fails. */
  cosign(...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the registry and has cosign make `cosign.key` and `cosign.pub` in a fresh directory. */
export async function startCosignPlace(): Promise<CosignPlace> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-cosign-'));
  const registry = await startDockerRegistry();
  const prefix = join(directory, 'cosign');
  await runProgram('cosign', ['generate-key-pair', '--output-key-prefix', prefix], { COSIGN_PASSWORD });
  const layout = (path: string) => openLayout(directory)(parseRepositoryName(`oci:./${path}`));
  return {
    directory,
    privateKey: await readFile(`${prefix}.key`, 'utf8'),
    publicKey: await readFile(`${prefix}.pub`, 'utf8'),
    repository(path) {
      const remote = `${registry.host}/${path}`;
      return {
        store: layout(path),
        name: remote,
        async push(tag = 'v1') {
          const from = ['--from-oci-layout', `${join(directory, path)}:${tag}`];
          await runProgram('oras', ['cp', '-r', ...from, '--to-plain-http', `${remote}:${tag}`]);
        },
        async pull() {
          const to = ['--to-oci-layout', `${join(directory, `${path}-back`)}:v1`];
          await runProgram('oras', ['cp', '-r', '--from-plain-http', `${remote}:v1`, ...to]);
          return layout(`${path}-back`);
        },
      };
    },
    async cosign(...args) {
      const { stdout } = await runProgram('cosign', args, { COSIGN_PASSWORD });
      return stdout;
    },
    async stop() {
      await registry.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
