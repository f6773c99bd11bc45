import { afterEach, describe, expect, it } from 'vitest';
import { applyEnvironment } from '../../src/apply/apply.ts';
import { repairEnvironment, verifyEnvironment } from '../../src/commands/verify.ts';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { policyHash } from '../../src/environments/hash.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { predecessorReader } from '../../src/facts/read-predecessor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName, type RepositoryName } from '../../src/oci/reference.ts';
import { judgeRecords, judgeSummaries } from '../../src/records/judge.ts';
import { acceptedPolicies } from '../../src/run/accepted-policies.ts';
import type { Run } from '../../src/run/run.ts';
import { keyId } from '../../src/signing/public-key.ts';
import { candidate } from '../fixtures/candidates.ts';
import { sampleRecord } from '../records/sample-record.ts';
import { writeRecord } from '../records/write-record.ts';
import { describeWith } from '../servers/tools.ts';
import { newImage, newStore } from '../signing/counted-store.ts';
import { newSigner } from '../signing/keys.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const OURS = await newSigner();

async function pushBuild({ effects }: ReviewWorld, version: string): Promise<void> {
  const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: [version] });
  await pushImage(effects.store(parseRepositoryName('oci:../build/api')), image, version);
}

describeWith(['git'], 'production that asks for our record of dev', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  const closedBy = async () => {
    const { groups } = await shop.apply();
    return groups.flatMap(({ decision }) =>
      decision.judged.flatMap(({ verdicts }) =>
        verdicts.flatMap(({ gate, kind, reason }) => (gate === 'predecessor' ? `${kind} ${reason}` : [])),
      ),
    );
  };

  it('takes what promote brought there, and refuses what was pushed around it', async () => {
    const settings = ['commit: direct', 'gates: { predecessor: { record: required } }'];
    shop = await createReviewWorld(settings, { signer: OURS });
    await shop.release('1.0.0');
    expect(await closedBy()).toEqual([expect.stringMatching(/^open recorded into dev/)]);
    expect(await shop.promoted()).toContain('1.0.0');
    const sneaked = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['sneaked'] });
    await pushImage(shop.effects.store(parseRepositoryName('oci:../dev/api')), sneaked, '1.1.0');
    const pinned = (await shop.world.git('show', 'HEAD:dev/api.yaml')).replace(
      /tag: .*/,
      `tag: 1.1.0@${sneaked.index.descriptor.digest}`,
    );
    await shop.commit('main', 'dev/api.yaml', `${pinned}\n`);
    expect(await closedBy()).toEqual([expect.stringMatching(/^closed no-record: no record of ours/)]);
    expect(await shop.promoted()).not.toContain('1.1.0');
  });

  it('asks for a verification summary where told, and takes one that a repair adds', async () => {
    const settings = ['commit: direct', 'gates: { predecessor: { record: required, vsa: required } }'];
    shop = await createReviewWorld(settings, { signer: OURS, vsa: true });
    const withoutVsa = parseEnvironments(
      (await shop.world.read('environments.yaml'))
        .replace('vsa: true', 'vsa: false')
        .replace(', vsa: required', ''),
      'environments.yaml',
    );
    await pushBuild(shop, '1.0.0');
    const images = new Map([['api', 'oci:../build/api:1.0.0']]);
    await applyEnvironment(shop.effects, withoutVsa, { ...REQUEST, environment: 'dev', images });
    expect(await closedBy()).toEqual([expect.stringMatching(/^closed no-vsa: no verification summary/)]);
    const seen = async () => {
      const { targets } = await verifyEnvironment(shop.effects, shop.environments, 'dev', 'all');
      return targets.map(({ checks }) => checks.record);
    };
    expect(await seen()).toMatchObject([{ state: 'bad', problems: [expect.stringContaining('no-vsa')] }]);
    const repair = { ...REQUEST, environment: 'dev', repair: true };
    await repairEnvironment(shop.effects, shop.environments, repair);
    expect(await seen()).toMatchObject([{ state: 'good' }]);
    expect(await closedBy()).toEqual([expect.stringMatching(/^open recorded into dev/)]);
    expect(await shop.promoted()).toContain('1.0.0');
    const at = shop.effects.store(parseRepositoryName('oci:../production/api'));
    const digest = (await at.head('1.0.0'))?.digest ?? digestOf('');
    const search = { store: at, digest, referrers: await at.referrers(digest), trust: OURS.trust };
    const wanted = { environment: 'production', repositories: [at.name], isAccepted: async () => true };
    const [record, summary] = [await judgeRecords(search, wanted), await judgeSummaries(search, wanted)];
    if (record.kind !== 'recorded' || summary.kind !== 'summarised') throw new Error('both are there');
    expect(summary.summary).toMatchObject({
      policy: record.record.environmentsHash,
      planDigest: record.record.planDigest,
      levels: ['SLSA_BUILD_LEVEL_UNEVALUATED'],
      evidence: expect.arrayContaining([record.manifest]),
    });
    // The gate read dev's record and summary, and both are evidence.
    expect(summary.summary.evidence).toHaveLength(3);
    const before = (await at.referrers(digest)).length;
    await shop.apply();
    expect(await at.referrers(digest)).toHaveLength(before);
  });

  it('refuses a record that was made under a policy which it does not list', async () => {
    const gate = `gates: { predecessor: { record: required, policies: ["${digestOf('listed')}"] } }`;
    shop = await createReviewWorld(['commit: direct', gate], { signer: OURS });
    await shop.release('1.0.0');
    expect(await closedBy()).toEqual([expect.stringMatching(/^closed policy-not-accepted: .*sha256:/)]);
  });
});

describe('the policy of today', () => {
  const file = `version: 1
images: { api: { source: r.example/build/api } }
signing: { key: env://KEY, publicKey: our.pub }
environments: { dev: { from: build, registry: r.example/dev, files: [a.yaml], commit: direct } }
`;

  it('counts for all that ask at once, also while its key is read', async () => {
    const environments = parseEnvironments(file, 'environments.yaml');
    const { publicKey } = await OURS.key();
    const hash = policyHash(
      environmentNamed(environments, 'dev'),
      new Map([['our.pub', keyId(publicKey)]]),
      '',
    );
    const isAccepted = acceptedPolicies({ trust: async () => OURS.trust }, environments, 'dev', undefined);
    const all = await Promise.all([hash, hash, digestOf('another')].map(isAccepted));
    expect(all).toEqual([true, true, false]);
  });
});

describe('of several registries of the environment before', () => {
  const file = `version: 1
images: { api: {} }
signing: { key: env://KEY, publicKey: our.pub }
environments:
  staging:
    from: build
    registry: [{ push: r.example/eu, files: ["eu/*"] }, { push: r.example/us, files: ["us/*"] }]
    files: ["eu/*", "us/*"]
  production:
    from: staging
    registry: r.example/prod
    files: ["prod/*"]
    gates: { predecessor: { record: required } }
`;

  it.each([
    ['eu', 'recorded'],
    ['us', 'other-repository'],
  ])('the record has to be of the one that it is taken from: %s', async (region, expected) => {
    const environments = parseEnvironments(file, 'environments.yaml');
    const layout = await newStore();
    const subject = await newImage(layout);
    const repository = parseRepositoryName('r.example/eu/api');
    const record = {
      ...sampleRecord(subject.digest),
      environment: { from: 'build', to: 'staging' },
      target: { repository, tags: [] },
    };
    // A copy of the image carries its records along.
    await writeRecord({ store: layout, subject, signer: OURS, record });
    const ours = { trust: OURS.trust, formats: ['bundle'] as const, signer: async () => OURS };
    const effects = {
      store: (name: RepositoryName) => ({ ...layout, name }),
      signing: async () => ours,
      trust: async () => OURS.trust,
      policies: undefined,
    };
    const environment = environmentNamed(environments, 'production');
    const accepted = {
      ...environment,
      gates: { predecessor: { record: 'required', policies: [record.environmentsHash] } },
    };
    const read = predecessorReader({ effects, environments, environment: accepted } as unknown as Run);
    const at = parseRepositoryName(`r.example/${region}/api`);
    const found = await read({
      ...candidate('api'),
      digest: subject.digest,
      source: { ...candidate('api').source, repository: at },
    });
    expect(found?.kind === 'refused' ? found.code : found?.kind).toBe(expected);
  });
});
