import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { describeWith } from '../servers/tools.ts';
import { newPrivateKey, publicPem, toPem } from '../signing/keys.ts';

const [ALICE, BOB, OWN] = [newPrivateKey(), newPrivateKey(), newPrivateKey()];
const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['api'] });

const FILE = `version: 1
images: { api: { source: "oci:../build/api" } }
signing: { key: own.key, publicKey: own.pub }
environments:
  production:
    from: build
    registry: oci:../production
    files: ["*.values.yaml"]
    commit: direct
    gates:
      approval:
        by: signature
        count: 2
        signers: [{ name: alice, keys: [alice.pub] }, { name: bob, keys: [bob.pub] }]
`;

describeWith(['git'], 'promote approve', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({
      'environments.yaml': FILE,
      'api.values.yaml': 'image: { repository: "oci:../production/api", tag: "0" }\n',
      'alice.key': toPem(ALICE),
      'bob.key': toPem(BOB),
      'own.key': toPem(OWN),
      'alice.pub': publicPem(ALICE),
      'bob.pub': publicPem(BOB),
      'own.pub': createPublicKey(OWN).export({ type: 'spki', format: 'pem' }).toString(),
    });
    const store = openLayout(world.repository)(parseRepositoryName('oci:../build/api'));
    await pushImage(store, image, '1.0.0');
  });
  afterAll(async () => await world.close());

  it('signs a plan of its file, and apply takes it from a file and from the image', async () => {
    const build = ['--image', 'api=oci:../build/api:1.0.0'];
    expect((await world.run('plan', 'production', ...build, '--out', 'plan.json')).code).toBe(0);
    const own = await world.run('approve', 'plan.json', '--key', 'own.key', '--attach', '--format', 'json');
    expect(JSON.parse(own.stdout).error).toMatchObject({
      code: 'KEY',
      message: expect.stringContaining('own.key'),
    });
    const alice = await world.run('approve', 'plan.json', '--key', 'alice.key', '--out', 'alice.json');
    expect([alice.code, alice.stdout]).toEqual([0, expect.stringContaining('approved by alice')]);
    const bob = await world.run('approve', 'plan.json', '--key', 'bob.key', '--attach', '--format', 'json');
    expect(JSON.parse(bob.stdout)).toMatchObject({ approvals: [{ name: 'bob', changed: true }] });
    // What is attached already is the same in a file, and nothing is signed again.
    const again = await world.run(
      'approve',
      'plan.json',
      '--key',
      'bob.key',
      '--attach',
      '--out',
      'bob.json',
    );
    expect(again.stdout).toMatch(/already approved by bob.*in bob\.json/s);
    expect(JSON.parse(await world.read('bob.json'))).toHaveProperty('dsseEnvelope');
    const apply = ['apply', '--plan', 'plan.json', '--format', 'json'];
    const waiting = await world.run(...apply);
    expect(JSON.parse(waiting.stdout)).toMatchObject({ state: 'waiting' });
    const done = await world.run(...apply, '--approval', 'alice.json');
    expect(done).toMatchObject({ code: 0 });
    expect(JSON.parse(done.stdout)).toMatchObject({ state: 'done' });
  });

  /** Types what a waiting run says of how its plan is signed. */
  async function approveAsSaid(run: readonly string[]): Promise<void> {
    const { stdout } = await world.run(...run);
    const said =
      /write its plan: promote (.+?); sign that: promote (.+?)\)/.exec(stdout) ?? expect.fail(stdout);
    const [, write = '', sign = ''] = said;
    expect(await world.run(...write.split(' '))).toMatchObject({ code: 0 });
    for (const key of ['alice.key', 'bob.key']) {
      const words = sign.replace('<key>', key).split(' ');
      expect(await world.run(...words)).toMatchObject({ code: 0 });
    }
  }

  it('lets a named build and a rollback through by what their own hints say', async () => {
    const store = openLayout(world.repository)(parseRepositoryName('oci:../build/api'));
    const next = { platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['api 1.1.0'] };
    await pushImage(store, buildImage(next), '1.1.0');
    const build = ['--image', 'api=oci:../build/api:1.1.0'];
    await approveAsSaid(['apply', 'production', ...build]);
    expect(await world.run('apply', 'production', ...build)).toMatchObject({ code: 0 });
    const back = ['rollback', 'production', '--steps', '1', '--reason', 'slow', '--yes'];
    await approveAsSaid(back);
    const done = await world.run(...back, '--format', 'json');
    expect(JSON.parse(done.stdout)).toMatchObject({ state: 'done' });
  });

  it.each([
    [['plan.json', '--out', 'x.json'], 'nobody to sign is named'],
    [['plan.json', '--key', 'alice.key'], 'nothing says where'],
    [['plan.json', '--key', 'alice.key', '--keyless', '--attach'], 'two signers'],
    [['none.json', '--key', 'alice.key', '--attach'], 'cannot be read'],
  ])('refuses %j', async (args, words) => {
    const { code, stderr } = await world.run('approve', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});
