import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { policyHistory } from '../../src/cli/policy-history.ts';
import { policyHash } from '../../src/environments/hash.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { acceptedPolicies } from '../../src/run/accepted-policies.ts';
import { keyId } from '../../src/signing/public-key.ts';
import { trustedRootDigest } from '../../src/signing/trusted-root-digest.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const OURS = await newSigner();

describeWith(['git'], 'the policies of a branch', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('are all that its history has, and no other', async () => {
    shop = await createReviewWorld(['commit: direct']);
    const file = await shop.world.read('environments.yaml');
    const withCommit = (commit: string) => file.replace('commit: direct }', `commit: ${commit} }`);
    const hash = (text: string) => {
      const environments = parseEnvironments(text, 'environments.yaml');
      return policyHash(environmentNamed(environments, 'dev'), new Map(), 'api');
    };
    await shop.commit('main', 'environments.yaml', 'version: 7\n');
    await shop.commit('main', 'environments.yaml', withCommit('pull-request'));
    const repository = await shop.effects.repository({});
    const head = await repository.head();
    if (head === undefined) throw new Error('there is no branch');
    const kept = {
      repository,
      head,
      path: 'environments.yaml',
      readKey: async () => '',
      read: async () => '',
    };
    let read = 0;
    const counted = async function* () {
      for await (const version of policyHistory(kept)) {
        read += 1;
        yield version;
      }
    };
    const present = parseEnvironments(withCommit('pull-request'), 'environments.yaml');
    const effects = { policies: counted, trust: shop.effects.trust };
    const isAccepted = acceptedPolicies(effects, present, 'dev', undefined);
    expect([await isAccepted(hash(withCommit('pull-request'))), read]).toEqual([true, 0]);
    expect(await isAccepted(hash(file))).toBe(true);
    expect(await isAccepted(digestOf('another'))).toBe(false);
    // A version that cannot be read is left out.
    expect(read).toBe(2);
    const alone = acceptedPolicies({ trust: shop.effects.trust }, present, 'dev', undefined);
    expect(await alone(hash(file))).toBe(false);
  });

  it('have the keys of their commit', async () => {
    shop = await createReviewWorld(['commit: direct']);
    const [old, now] = [await (await newSigner()).key(), await OURS.key()];
    const pem = (key: typeof now) => key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const signing = 'signing: { key: env://KEY, publicKey: keys/our.pub }\n';
    await shop.world.write('keys/our.pub', pem(old));
    await shop.commit('main', 'environments.yaml', `${await shop.world.read('environments.yaml')}${signing}`);
    await shop.commit('main', 'keys/our.pub', pem(now));
    const repository = await shop.effects.repository({});
    const head = await repository.head();
    if (head === undefined) throw new Error('there is no branch');
    const readKey = async () => Promise.reject(new Error('it is in the repository'));
    const versions = await Array.fromAsync(
      policyHistory({ repository, head, path: 'environments.yaml', readKey, read: readKey }),
    );
    // A key that is replaced in its file makes another policy, as a file that names another one does.
    const ids = versions.slice(0, 2).map(async ({ key }) => await key('keys/our.pub'));
    expect(await Promise.all(ids)).toEqual([keyId(now.publicKey), keyId(old.publicKey)]);
  });
});

describeWith(['git'], 'a policy with a trusted root', () => {
  it('counts by what the root said, and by its path as records of before name it', async () => {
    const shop = await createReviewWorld(['commit: direct']);
    onTestFinished(() => shop.world.close());
    const who = '{ identity: me, issuer: "https://a.io" }';
    const signing = `signing: { keyless: ${who}, trustedRoot: root.json }\n`;
    await shop.world.write('root.json', '{"logs":1}');
    await shop.commit('main', 'environments.yaml', `${await shop.world.read('environments.yaml')}${signing}`);
    for (const logs of [2, 3]) await shop.commit('main', 'root.json', `{"logs":${logs}}`);
    const present = parseEnvironments(await shop.world.read('environments.yaml'), 'environments.yaml');
    const dev = environmentNamed(present, 'dev');
    const repository = await shop.effects.repository({});
    const head = (await repository.head()) ?? expect.fail();
    const never = async () => Promise.reject(new Error('it is in the repository'));
    const kept = { repository, head, path: 'environments.yaml', readKey: never, read: never };
    const rootDigest = async (path: string) => trustedRootDigest(await shop.world.read(path), path);
    const effects = { policies: () => policyHistory(kept), trust: shop.effects.trust, rootDigest };
    const isAccepted = acceptedPolicies(effects, present, 'dev', undefined);
    const hash = (text: string) =>
      policyHash(dev, new Map([['root.json', trustedRootDigest(text, 'root.json')]]), 'api');
    const logs = [1, 2, 3, 4].map(async count => await isAccepted(hash(`{ "logs": ${count} }`)));
    expect(await Promise.all(logs)).toEqual([true, true, true, false]);
    expect(await isAccepted(policyHash(dev, new Map(), 'api'))).toBe(true);
  });
});

describe('a list of policies', () => {
  it('is all that counts', async () => {
    const [listed, other] = [digestOf('listed'), digestOf('other')];
    const effects = { trust: async () => Promise.reject(new Error('nothing is read')) };
    const isAccepted = acceptedPolicies(effects, { images: [], environments: [] }, 'dev', [listed]);
    expect([await isAccepted(listed), await isAccepted(other)]).toEqual([true, false]);
  });
});
