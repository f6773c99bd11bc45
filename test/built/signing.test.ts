import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build, push } from '../e2e/shop.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { describeWith } from '../servers/tools.ts';
import { IDENTITY, ISSUER, newToken, type Services } from '../signing/keyless-place.ts';
import { COSIGN_PASSWORD, type MatrixPlace, startMatrixPlace } from '../signing/matrix-place.ts';

type By = 'key' | 'keyless';

/** Ways to sign, and the witness that somebody asks for who accepts signatures made so. */
const WAYS: readonly (readonly [string, By, Services, string | undefined])[] = [
  ['key', 'key', {}, undefined],
  ['key-log', 'key', { rekor: true }, 'log'],
  ['keyless-log', 'keyless', { rekor: true }, 'log'],
  ['keyless-stamp', 'keyless', { tsa: true }, 'timestamp'],
  ['keyless-both', 'keyless', { rekor: true, tsa: true }, 'both'],
  ['key-log-2', 'key', { tiles: true }, 'log'],
  ['keyless-log-2', 'keyless', { tiles: true, tsa: true }, 'both'],
];

const IDENTIFIED = ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER];

describeWith(['docker-registry', 'cosign', 'cosign2', 'git'], 'signing by the command that ships', () => {
  let place: MatrixPlace;
  let world: World;
  beforeAll(async () => {
    place = await startMatrixPlace();
    const read = async (name: string) => await readFile(join(place.directory, name), 'utf8');
    const files = {
      'environments.yaml': environments(place),
      ...Object.fromEntries(WAYS.map(([name]) => [`${name}-gate.yaml`, pinned(place, `${name}-gate`)])),
      'root.json': await read('root.json'),
      'cosign.pub': await read('cosign.pub'),
    };
    world = await createWorld(files, { SIGSTORE_ID_TOKEN: newToken(), COSIGN_PASSWORD });
  });
  afterAll(async () => {
    await Promise.all([place.stop(), world.close()]);
  });

  it.each(WAYS)(
    '%s is verified by the versions of cosign that read it, by promote, and by its gate',
    async (...way) => {
      const [name, by, services] = way;
      const reference = `${place.registry.host}/${name}/api@${await push(build(name), `${place.registry.host}/${name}/api:1`)}`;
      const gate = ['plan', `${name}-gate`, '--image', `api=${reference}`];
      expect(await world.run(...gate)).toMatchObject({
        code: 3,
        stdout: expect.stringContaining('no-signature'),
      });

      expect(await world.run('sign', reference, '--environment', name)).toMatchObject({
        code: 0,
        stderr: '',
      });
      const trusted = by === 'key' ? ['--key', join(place.directory, 'cosign.pub')] : IDENTIFIED;
      // cosign 2 reads `.sig`, which has no place for an entry of Rekor's version 2.
      for (const cosign of services.tiles === true ? [place.cosign] : [place.cosign, place.cosign2]) {
        await expect(cosign(services, 'verify', ...trusted, reference)).resolves.toContain('sha256:');
      }
      const logged = services.rekor === true || services.tiles === true || by === 'key';
      const verify = ['verify', reference, ...trusted, '--trusted-root', 'root.json'];
      expect(await world.run(...verify)).toMatchObject({ code: logged ? 0 : 3 });
      expect(await world.run(...gate)).toMatchObject({ code: 0 });
    },
  );

  it('keeps what nobody has witnessed as the gate asks', async () => {
    const reference = `${place.registry.host}/key/bare@${await push(build('bare'), `${place.registry.host}/key/bare:1`)}`;
    expect(await world.run('sign', reference, '--environment', 'key')).toMatchObject({ code: 0 });
    const seen = await world.run('plan', 'key-log-gate', '--image', `api=${reference}`);
    expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining('not-logged')]);
  });
});

function pinned({ registry: { host } }: MatrixPlace, name: string): string {
  return `image:\n  repository: ${host}/${name}/api\n  tag: "0"\n`;
}

function environments({ sigstore: { url }, registry: { host }, directory }: MatrixPlace): string {
  const key = JSON.stringify(join(directory, 'cosign.key'));
  const signers = {
    key: `key: ${key}, publicKey: cosign.pub`,
    keyless: `keyless: { identity: "${IDENTITY}", issuer: "${ISSUER}" }, fulcio: "${url}"`,
  };
  const accepted = {
    key: 'key: cosign.pub',
    keyless: `keyless: { identity: "${IDENTITY}", issuer: "${ISSUER}" }`,
  };
  const entries = WAYS.map(([name, by, { rekor = false, tiles = false, tsa = false }, witness]) => {
    const log = tiles ? `{ url: "${url}", version: 2 }` : rekor ? `"${url}"` : false;
    const formats = tiles ? '[bundle]' : '[bundle, legacy]';
    const services = [`rekor: ${log}`, `tsa: ${tsa ? `"${url}"` : false}`].join(', ');
    const asked = witness === undefined ? '' : `, witness: ${witness}`;
    return `  ${name}:
    { from: build, registry: "${host}/${name}", files: ["${name}.yaml"],
      signing: { ${signers[by]}, ${services}, trustedRoot: root.json, formats: ${formats} } }
  ${name}-gate:
    { from: build, registry: "${host}/${name}-gate", files: ["${name}-gate.yaml"],
      gates: { signature: { ${accepted[by]}, trustedRoot: root.json${asked} } } }
`;
  });
  return `version: 1\nimages: { api: {} }\nenvironments:\n${entries.join('')}`;
}
