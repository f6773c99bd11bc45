import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSignatures } from '../../src/signing/find.ts';
import { parseTrustedRoot } from '../../src/signing/trusted-root.ts';
import { trustedIdentity } from '../../src/signing/trusted-signer.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { IDENTITY, ISSUER } from './keyless-place.ts';
import { newPrivateKey, publicPem, toPem } from './keys.ts';
import { createSignedWorld, keyless, type SignedWorld } from './signed-world.ts';

const APPLY = ['apply', 'dev', '--image', 'api=oci:../registries/build/api:1.0.0'];

let sigstore: Sigstore;
beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(async () => {
  await sigstore.stop();
});

describe('a promotion', () => {
  it("signs and records without a key, by the run's identity, once", async () => {
    const world = await createSignedWorld(keyless(sigstore, 'formats: [bundle, legacy]'));
    await world.write('root.json', sigstore.trustedRoot);
    expect(await world.run(...APPLY)).toMatchObject({ code: 0, stderr: expect.stringContaining('signed') });
    expect(await formatsOf(world)).toEqual(['bundle', 'legacy']);
    const asked = sigstore.requests.length;
    expect(await world.run(...APPLY)).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('signed'),
    });
    expect(sigstore.requests.length).toBe(asked);
  });

  it('goes on to count what a key signed that was replaced, and signs anew with the new one', async () => {
    const key = newPrivateKey();
    const world = await createSignedWorld('{ key: ../old.key, publicKey: old.pub }');
    await world.write('root.json', sigstore.trustedRoot);
    await world.write('old.pub', publicPem(key));
    await writeFile(join(world.directory, 'old.key'), toPem(key));
    expect(await world.run(...APPLY)).toMatchObject({ code: 0 });
    await world.signing(keyless(sigstore, 'trusted: [old.pub]'));
    expect(await world.run(...APPLY)).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('signed'),
    });
    expect(await formatsOf(world)).toEqual([]);
    await world.signing(keyless(sigstore));
    expect(await world.run(...APPLY)).toMatchObject({ code: 0, stderr: expect.stringContaining('signed') });
    expect(await formatsOf(world)).toEqual(['bundle']);
  });

  it('completes exactly what a rate limit left out', async () => {
    const world = await createSignedWorld(keyless(sigstore, 'formats: [bundle, legacy]'));
    await world.write('root.json', sigstore.trustedRoot);
    sigstore.fault('/api/v1/log/entries', { status: 429, headers: { 'retry-after': '86400' } });
    expect(await world.run(...APPLY)).toMatchObject({ code: 1 });
    expect(await world.target.head('1.0.0')).toBeUndefined();
    const asked = sigstore.requests.length;
    expect(await world.run(...APPLY)).toMatchObject({ code: 0 });
    expect(await formatsOf(world)).toEqual(['bundle', 'legacy']);
    expect(sigstore.requests.length - asked).toBeLessThanOrEqual(4);
  });
});

/** In which formats the identity of this run has signed the image at the target. */
async function formatsOf({ target, image }: SignedWorld): Promise<readonly string[]> {
  const { digest } = image.index.descriptor;
  const match = {
    identity: { kind: 'exact', text: IDENTITY },
    issuer: { kind: 'exact', text: ISSUER },
  } as const;
  const root = async () => parseTrustedRoot(sigstore.trustedRoot);
  const trust = { signers: [trustedIdentity(match)], root };
  const search = { store: target, referrers: await target.referrers(digest), digest, trust };
  const found = await Array.fromAsync(readSignatures(search));
  return found.flatMap(one => (one.kind === 'verified' ? one.format : []));
}
