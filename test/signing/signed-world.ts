import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type BuiltImage, buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import type { Store } from '../../src/registry/store.ts';
import { createWorld, type World } from '../e2e/world.ts';
import type { Sigstore } from '../servers/sigstore.ts';
import { IDENTITY, ISSUER, newToken } from './keyless-place.ts';

/** A deployment repository whose one environment signs as told; registries are image layouts beside it. */
export interface SignedWorld extends World {
  readonly image: BuiltImage;
  /** Where the environment's images are. */
  readonly target: Store;
  /** Writes the environments file with this signing. */
  signing(yaml: string): Promise<void>;
}

/** Creates it, with a build to promote and an identity token in `../token`. */
export async function createSignedWorld(signing: string): Promise<SignedWorld> {
  const world = await createWorld({
    'environments.yaml': environments(signing),
    'dev/values.yaml': 'image:\n  repository: registry.example/dev/api\n  tag: "0.0.0"\n',
  });
  onTestFinished(() => world.close());
  const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['api'] });
  const layout = (path: string) =>
    openLayout(world.repository)(parseRepositoryName(`oci:../registries/${path}`));
  await pushImage(layout('build/api'), image, '1.0.0');
  await writeFile(join(world.directory, 'token'), newToken());
  return {
    ...world,
    image,
    target: layout('dev/api'),
    signing: yaml => world.write('environments.yaml', environments(yaml)),
  };
}

/** Signing by the Sigstore, its trusted root being `root.json`. */
export function keyless({ url }: Sigstore, more = ''): string {
  return `
  keyless: { identity: "${IDENTITY}", issuer: "${ISSUER}", tokenFile: ../token }
  trustedRoot: root.json
  fulcio: ${url}
  rekor: ${url}
  ${more}`;
}

function environments(signing: string): string {
  return `version: 1
images:
  api: { source: "oci:../registries/build/api" }
signing: ${signing}
environments:
  dev:
    from: build
    registry: [{ push: "oci:../registries/dev", pull: registry.example/dev }]
    files: ["dev/*.yaml"]
    commit: direct
`;
}
