import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { parseReference, pathOf } from '../../src/oci/reference.ts';
import type { Store } from '../../src/registry/store.ts';
import { inTotoStatement } from '../../src/signing/statement.ts';
import { describeWith } from '../servers/tools.ts';
import { attach } from '../signing/counted-store.ts';
import { IDENTITY, ISSUER, newKeyless } from '../signing/keyless-place.ts';
import { newSigner } from '../signing/keys.ts';
import { type MatrixPlace, startMatrixPlace } from '../signing/matrix-place.ts';
import { sign } from '../signing/sign-image.ts';
import { build, push } from './shop.ts';
import { createWorld, type World } from './world.ts';

describeWith(['docker-registry', 'cosign', 'cosign2', 'git'], 'an image by reference', () => {
  let place: MatrixPlace;
  let world: World;
  let ours: readonly string[];
  beforeAll(async () => {
    [place, world] = [await startMatrixPlace(), await createWorld({ 'environments.yaml': '' })];
    ours = ['--key', join(place.directory, 'cosign.pub')];
  });
  afterAll(async () => {
    await Promise.all([place.stop(), world.close()]);
  });

  describe('verify', () => {
    it('takes what cosign signed with the key, in both formats', async () => {
      for (const [path, cosign] of [
        ['bundle', place.cosign],
        ['legacy', place.cosign2],
      ] as const) {
        const reference = await image(path);
        await cosign({}, 'sign', '--key', join(place.directory, 'cosign.key'), reference);
        expect(await verify(reference, ...ours)).toEqual({ code: 0, verified: true });
      }
    });

    it('takes a certificate of exactly this identity and issuer', async () => {
      const reference = await image('keyless');
      await signKeyless(reference);
      const root = ['--trusted-root', join(place.directory, 'root.json')];
      const by = (identity: string, issuer: string) =>
        verify(reference, ...root, '--certificate-identity', identity, '--certificate-oidc-issuer', issuer);
      expect(await by(IDENTITY, ISSUER)).toEqual({ code: 0, verified: true });
      expect(await by(IDENTITY.slice(0, -1), ISSUER)).toEqual({ code: 3, verified: false });
      expect(await by(IDENTITY, `${ISSUER}/`)).toEqual({ code: 3, verified: false });
      expect(await by('.*', '.*')).toEqual({ code: 3, verified: false });
    });

    it('shows why a signature does not count, and takes any of several keys', async () => {
      const reference = await image('other');
      await world.write('other.pub', otherKey());
      await place.cosign({}, 'sign', '--key', join(place.directory, 'cosign.key'), reference);
      const seen = await world.run('verify', reference, '--key', 'other.pub');
      expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining('untrusted-signature')]);
      expect(await verify(reference, '--key', 'other.pub', ...ours)).toEqual({ code: 0, verified: true });
    });

    it('takes a signature of both formats only where it has the annotations', async () => {
      for (const [path, cosign] of [
        ['annotated', place.cosign],
        ['annotated-legacy', place.cosign2],
      ] as const) {
        const reference = await image(path);
        const flags = ['--key', join(place.directory, 'cosign.key'), '-a', 'team=payments', '-a', 'ok=yes'];
        await cosign({}, 'sign', ...flags, reference);
        const asks = (text: string) => verify(reference, ...ours, '--annotation', text);
        expect([await asks('team=payments'), await asks('team=web')]).toEqual([
          { code: 0, verified: true },
          { code: 3, verified: false },
        ]);
      }
    });

    it('does not take an attestation for a signature', async () => {
      const reference = await image('attested');
      await attest(reference);
      const seen = await world.run('verify', reference, ...ours);
      expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining('other-predicate')]);
    });

    it('takes provenance of the build that is asked for alone, signed by that key', async () => {
      const reference = await image('built');
      const predicate = {
        buildDefinition: {
          buildType: 'https://tekton.dev/chains/v2/slsa',
          externalParameters: {},
          resolvedDependencies: [{ uri: 'git+https://git.example/shop.git@refs/heads/main' }],
        },
        runDetails: { builder: { id: 'https://tekton.dev/chains/v2' } },
      };
      await world.write('provenance.json', JSON.stringify(predicate));
      await world.write('other.pub', otherKey());
      const file = ['--predicate', join(world.repository, 'provenance.json'), '--type', 'slsaprovenance1'];
      await place.cosign({}, 'attest', '--key', join(place.directory, 'cosign.key'), ...file, reference);
      const builder = ['--provenance', 'builder=https://tekton.dev/chains/v2'];
      const from = (source: string) => [...builder, '--provenance', `source=${source}`];
      expect(await verify(reference, ...ours, ...from('https://git.example/shop.git'))).toEqual({
        code: 0,
        verified: true,
      });
      const refused = async (...options: readonly string[]) => {
        const { code, stdout } = await world.run('verify', reference, ...options);
        return [code, /([a-z-]+):/.exec(stdout.split('\n').at(2) ?? '')?.[1]];
      };
      expect(await refused(...ours, ...from('https://git.example/fork.git'))).toEqual([3, 'other-source']);
      expect(await refused('--key', 'other.pub', ...builder)).toEqual([3, 'untrusted-signature']);
    });

    it('asks for the signature of every platform only where told', async () => {
      const reference = await image('children');
      const key = ['--key', join(place.directory, 'cosign.key')];
      await place.cosign({}, 'sign', ...key, reference);
      expect(await verify(reference, ...ours)).toEqual({ code: 0, verified: true });
      const seen = await world.run('verify', reference, ...ours, '--children');
      expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining('linux/arm64: no-signature')]);
      await place.cosign({}, 'sign', '--recursive', ...key, reference);
      expect(await verify(reference, ...ours, '--children')).toEqual({ code: 0, verified: true });
    });

    it.each([
      ['nobody', []],
      ['an identity of no issuer', ['--certificate-identity', IDENTITY]],
      ['a repair', ['--key', 'cosign.pub', '--repair']],
      ['an annotation without a value', ['--key', 'cosign.pub', '--annotation', 'team']],
      ['provenance of no builder', ['--key', 'cosign.pub', '--provenance', 'ref=refs/heads/main']],
      ['provenance signed by nobody', ['--provenance', 'builder=a']],
      ['the provenance of children', ['--key', 'cosign.pub', '--children', '--provenance', 'builder=a']],
    ])('refuses to take a reference with %s', async (_, options) => {
      expect(await world.run('verify', 'localhost:1/api:1', ...options)).toMatchObject({ code: 2 });
    });

    it('refuses a key for an environment, whose own are configured', async () => {
      expect(await world.run('verify', 'production', ...ours)).toMatchObject({ code: 2 });
    });
  });

  describe('inspect', () => {
    it('lists platforms, and what is attached in both formats', async () => {
      const reference = await image('inspected');
      const key = ['--key', join(place.directory, 'cosign.key')];
      await place.cosign2({ rekor: true }, 'sign', ...key, reference);
      await signKeyless(reference);
      await attest(reference);
      const { code, stdout } = await world.run('inspect', reference, '--format', 'json');
      expect([code, JSON.parse(stdout)]).toMatchObject([
        0,
        {
          platforms: [
            { platform: 'linux/amd64', layers: 2 },
            { platform: 'linux/arm64', layers: 2 },
          ],
        },
      ]);
      const { attachments } = JSON.parse(stdout);
      expect(attachments).toHaveLength(3);
      expect(attachments).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            kind: 'signature',
            tag: expect.stringMatching(/\.sig$/),
            logIndex: expect.any(String),
          }),
          expect.objectContaining({
            kind: 'signature',
            by: `${IDENTITY} (${ISSUER})`,
            time: expect.any(String),
          }),
          expect.objectContaining({ kind: 'sbom', type: 'https://spdx.dev/Document' }),
        ]),
      );
    });

    it('prints nothing that an attachment could steer a terminal with', async () => {
      const reference = await image('hostile');
      const predicateType = 'https://example.com/\u001b[31m::set-output name=a::b';
      const [store, subject] = await find(reference);
      const statement = inTotoStatement({ digest: subject.digest, predicateType, predicate: {} });
      await attach(store, subject, { signer: await newSigner(), statement });
      for (const format of ['text', 'markdown']) {
        const { stdout } = await world.run('inspect', reference, '--format', format);
        expect(stdout).toContain('https://example.com/');
        expect(stdout).not.toMatch(/\u001b|::set-output/);
      }
    });

    it('fails for an image that is not there', async () => {
      expect(await world.run('inspect', `${place.registry.host}/absent:1`)).toMatchObject({ code: 1 });
    });
  });

  async function image(path: string): Promise<string> {
    const name = `${place.registry.host}/${path}`;
    return `${name}@${await push(build(path), `${name}:1`)}`;
  }

  async function find(reference: string): Promise<readonly [Store, Descriptor]> {
    const { repository, digest = '' } = parseReference(reference);
    const store = place.store(pathOf(repository));
    const subject = await store.head(digest);
    if (subject === undefined) throw new Error(`${reference}: not there`);
    return [store, subject];
  }

  async function signKeyless(reference: string): Promise<void> {
    await sign(...(await find(reference)), newKeyless(place.sigstore));
  }

  async function attest(reference: string): Promise<void> {
    await world.write('sbom.json', '{"spdxVersion":"SPDX-2.3"}');
    const file = ['--predicate', join(world.repository, 'sbom.json'), '--type', 'spdxjson'];
    await place.cosign({}, 'attest', '--key', join(place.directory, 'cosign.key'), ...file, reference);
  }

  function otherKey(): string {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  async function verify(...args: readonly string[]) {
    const { code, stdout } = await world.run('verify', ...args, '--format', 'json');
    return { code, verified: JSON.parse(stdout).verified };
  }
});
