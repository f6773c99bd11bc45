import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { runPromote } from '../built/run-promote.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { describeWith } from '../servers/tools.ts';
import { ISSUER, newToken } from '../signing/keyless-place.ts';
import { newPrivateKey, publicPem, toPem } from '../signing/keys.ts';

const [ALICE, OWN] = [newPrivateKey(), newPrivateKey()];
const CAROL = 'https://github.com/acme/people/.github/workflows/carol.yaml@refs/heads/main';

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
        signers:
          - { name: alice, keys: [alice.pub] }
          - { name: carol, identities: [{ identity: "${CAROL}", issuer: "${ISSUER}" }], trustedRoot: root.json }
`;

describeWith(['git'], 'approval by an identity, and by files that are handed over', () => {
  let world: World;
  let sigstore: Sigstore;
  beforeAll(async () => {
    sigstore = await startSigstore();
    world = await createWorld({
      'environments.yaml': FILE,
      'api.values.yaml': 'image: { repository: "oci:../production/api", tag: "0" }\n',
      'alice.key': toPem(ALICE),
      'alice.pub': publicPem(ALICE),
      'own.key': toPem(OWN),
      'own.pub': createPublicKey(OWN).export({ type: 'spki', format: 'pem' }).toString(),
      'root.json': sigstore.trustedRoot,
    });
  });
  afterAll(async () => await Promise.all([world.close(), sigstore.stop()]));

  async function release(version: string): Promise<readonly string[]> {
    const store = openLayout(world.repository)(parseRepositoryName('oci:../build/api'));
    const platforms = [{ os: 'linux', architecture: 'amd64' }];
    await pushImage(store, buildImage({ platforms, layers: [`api ${version}`] }), version);
    return ['production', '--image', `api=oci:../build/api:${version}`];
  }

  /** Runs as somebody whose CI gives this identity's token. */
  const runAs = async (identity: string, ...args: readonly string[]) =>
    await runPromote(world.repository, { ...world.env, SIGSTORE_ID_TOKEN: newToken(identity) }, args);
  const services = () => ['--keyless', '--fulcio', sigstore.url, '--rekor', sigstore.url];
  const ok = async (...args: readonly string[]) =>
    expect(await world.run(...args)).toMatchObject({ code: 0 });

  /** Both people sign the plan of a file, each on a machine of their own. */
  async function signed(plan: string, name: string): Promise<readonly string[]> {
    await ok('approve', plan, '--key', 'alice.key', '--out', `alice-${name}.json`);
    const carol = await runAs(CAROL, 'approve', plan, ...services(), '--out', `carol-${name}.json`);
    expect([carol.code, carol.stdout]).toEqual([0, expect.stringContaining('approved by carol')]);
    return ['--approval', `alice-${name}.json`, '--approval', `carol-${name}.json`];
  }

  const said = async (...args: readonly string[]) => {
    const { code, stdout } = await world.run(...args, '--format', 'json');
    return [code, stdout] as const;
  };

  it('lets a promotion and a rollback through, and neither twice', async () => {
    await ok('plan', ...(await release('1.0.0')), '--out', 'first.json');
    const first = await signed('first.json', 'first');
    await ok('apply', '--plan', 'first.json', ...first);
    await ok('plan', ...(await release('1.1.0')), '--out', 'second.json');
    const second = await signed('second.json', 'second');
    // Those of the plan before approve nothing else.
    expect(await said('apply', '--plan', 'second.json', ...first)).toEqual([
      0,
      expect.stringMatching(/"waiting".*signed another plan/s),
    ]);
    await ok('apply', '--plan', 'second.json', ...second);

    const back = ['rollback', 'production', '--steps', '1', '--reason', 'slow', '--yes'];
    await ok(...back, '--out', 'back.json');
    const returned = await signed('back.json', 'back');
    expect(await said(...back)).toEqual([0, expect.stringContaining('"waiting"')]);
    // A rollback asks for one of them: the identity.
    const done = await said(...back, ...returned.slice(2));
    expect(done).toEqual([0, expect.stringMatching(/"done".*signed by 1 of 1: carol/s)]);
    expect(await world.read('api.values.yaml')).toContain('1.0.0');

    // The same plan, after the rollback that it would undo: its approvals are spent.
    await ok('lift', 'production', 'api');
    const replayed = await said('apply', '--plan', 'second.json', ...second);
    expect(replayed).toEqual([0, expect.stringMatching(/alice: spent.*carol: spent/)]);
    expect(await world.read('api.values.yaml')).toContain('1.0.0');
  });

  it('counts nobody twice, and not whoever asked', async () => {
    await ok('plan', ...(await release('1.3.0')), '--out', 'fourth.json');
    const approvals = await signed('fourth.json', 'fourth');
    const alice = approvals.slice(0, 2);
    const again = await world.run('approve', 'fourth.json', '--key', 'alice.key', '--out', 'again.json');
    expect(again).toMatchObject({ code: 0 });
    const apply = ['apply', '--plan', 'fourth.json'];
    expect(await said(...apply, ...alice, '--approval', 'again.json')).toEqual([
      0,
      expect.stringMatching(/"waiting".*1 of 2 signed.*so far alice"/s),
    ]);
    expect(await said(...apply, ...approvals, '--requested-by', 'Carol')).toEqual([
      0,
      expect.stringMatching(/"waiting".*1 of 2.*carol: asked for it/s),
    ]);
    expect(await said(...apply, ...approvals)).toEqual([0, expect.stringContaining('"done"')]);
  });

  it('is signed by nobody else, and logged nowhere before that is known', async () => {
    await ok('plan', ...(await release('1.2.0')), '--allow-backward', '--out', 'third.json');
    const before = sigstore.requests.length;
    const approving = ['approve', 'third.json', ...services(), '--out', 'mallory.json', '--format', 'json'];
    const mallory = await runAs(`${CAROL}x`, ...approving);
    expect(JSON.parse(mallory.stdout).error).toMatchObject({
      code: expect.stringMatching(/^(KEY|SIGNATURE)$/),
    });
    expect(sigstore.requests.slice(before)).toEqual(['/api/v2/signingCert']);
    expect(mallory.stdout + mallory.stderr).not.toContain(newToken(`${CAROL}x`).split('.')[1]);
  });
});
