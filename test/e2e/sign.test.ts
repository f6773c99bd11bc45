import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { newImage } from '../signing/counted-store.ts';
import { IDENTITY, ISSUER, newToken } from '../signing/keyless-place.ts';
import { createKey } from './shop.ts';
import { createWorld, type World } from './world.ts';

describe('sign', () => {
  let sigstore: Sigstore;
  let world: World;

  beforeAll(async () => {
    sigstore = await startSigstore();
    const { url } = sigstore;
    world = await createWorld(
      {
        'root.json': sigstore.trustedRoot,
        'environments.yaml': `version: 1
images: { api: {} }
environments:
  unsigned: { from: build, registry: "oci:../unsigned", files: ["unsigned.yaml"] }
  dev:
    from: build
    registry: "oci:../dev"
    files: ["dev.yaml"]
    signing: { key: ../cosign.key, publicKey: cosign.pub, formats: [bundle, legacy] }
  production:
    from: dev
    registry: "oci:../production"
    files: ["production.yaml"]
    signing:
      keyless: { identity: "${IDENTITY}", issuer: "${ISSUER}" }
      fulcio: ${url}
      rekor: ${url}
      trustedRoot: root.json
`,
      },
      { SIGSTORE_ID_TOKEN: newToken() },
    );
    await createKey(world);
  });
  afterAll(async () => {
    await Promise.all([sigstore.stop(), world.close()]);
  });

  it('signs as promotions into an environment are: in its formats, once', async () => {
    const reference = await push('dev');
    expect(await sign(reference, '--environment', 'dev')).toMatchObject([0, { changed: true }]);
    const kinds = (await attachments(reference)).map(({ tag }) => tag?.split('.').at(-1) ?? 'bundle');
    expect(kinds.sort()).toEqual(['bundle', 'sig']);
    expect(await sign(reference, '--environment', 'dev')).toMatchObject([0, { changed: false }]);
  });

  it('signs without a key where the environment does', async () => {
    const reference = await push('production');
    expect(await sign(reference, '--environment', 'production')).toMatchObject([0, { changed: true }]);
    const by = ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER];
    const root = ['--trusted-root', join(world.repository, 'root.json')];
    expect(await world.run('verify', reference, ...by, ...root)).toMatchObject({ code: 0 });
  });

  it.each([
    ['nobody', [], 2],
    ['two signers', ['--key', '../cosign.key', '--environment', 'dev'], 2],
    ['an environment that signs nothing', ['--environment', 'unsigned'], 2],
  ])('does not sign by %s', async (_, args, code) => {
    const reference = await push('refused');
    expect((await world.run('sign', reference, ...args)).code).toBe(code);
    expect(await attachments(reference)).toEqual([]);
  });

  async function push(name: string): Promise<string> {
    const repository = `oci:../${name}/api`;
    await newImage(openLayout(world.repository)(parseRepositoryName(repository)));
    return `${repository}:v1`;
  }

  async function sign(reference: string, ...args: readonly string[]) {
    const { code, stdout } = await world.run('sign', reference, ...args, '--format', 'json');
    return [code, JSON.parse(stdout)];
  }

  async function attachments(reference: string): Promise<readonly { readonly tag?: string }[]> {
    return JSON.parse((await world.run('inspect', reference, '--format', 'json')).stdout).attachments;
  }
});
