import { afterEach, beforeEach, expect, it } from 'vitest';
import { readCustody } from '../../../src/commands/custody/custody.ts';
import { buildImage, pushImage } from '../../../src/demo/image.ts';
import { parseEnvironments } from '../../../src/environments/parse.ts';
import { parseRepositoryName } from '../../../src/oci/reference.ts';
import { custodyReport, isProven } from '../../../src/reports/custody.ts';
import { render } from '../../../src/reports/render.ts';
import type { Signer } from '../../../src/signing/signer.ts';
import { inTotoStatement } from '../../../src/signing/statement.ts';
import { createReviewWorld, type ReviewWorld } from '../../apply/review-world.ts';
import { assertContract } from '../../built/output-contract.ts';
import { sampleRecord } from '../../records/sample-record.ts';
import { writeRecord } from '../../records/write-record.ts';
import { describeWith } from '../../servers/tools.ts';
import { tagAttestation } from '../../signing/att-tag.ts';
import { attach } from '../../signing/counted-store.ts';
import { newSigner } from '../../signing/keys.ts';
import { sign } from '../../signing/sign-image.ts';

const [OURS, BUILDER] = [await newSigner(), await newSigner()];
const PREDICATE = {
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: {
      workflow: {
        repository: 'https://github.com/acme/shop',
        ref: 'refs/heads/main',
        path: '.github/workflows/build.yml',
      },
    },
  },
  runDetails: { builder: { id: 'https://github.com/actions/runner/github-hosted' } },
};

describeWith(['git'], 'the chain of custody', () => {
  let shop: ReviewWorld;
  const production = () => shop.effects.store(parseRepositoryName('oci:../production/api'));
  const custody = async (signer = OURS, environments = shop.environments) => {
    const effects = { ...shop.effects, trust: async () => signer.trust };
    return await readCustody(effects, environments, { image: 'api' });
  };
  const gated = async (gates: string) => {
    const file = await shop.world.read('environments.yaml');
    const text = file
      .replace('images: {', 'images: { web: { source: "oci:../build/web" },')
      .replace('commit: direct }', `commit: direct, gates: { ${gates} } }`);
    return parseEnvironments(text, 'environments.yaml');
  };
  const gaps = async () =>
    (await custody()).chains.flatMap(chain => chain.gaps.map(({ environment, code }) => [environment, code]));
  beforeEach(async () => {
    shop = await createReviewWorld(['commit: direct'], { signer: OURS });
    await shop.release('1.0.0');
    await shop.apply({ approvedBy: ['alice'], requestedBy: 'carol', runUrl: 'https://ci.example/7' });
  });
  afterEach(async () => await shop.world.close());

  async function subject(tag = '1.0.0') {
    const found = await production().head(tag);
    if (found === undefined) throw new Error('it is not in production');
    return found;
  }

  const PROVENANCE = { predicateType: 'https://slsa.dev/provenance/v1', predicate: PREDICATE };

  async function provenance(signer: Signer) {
    const image = await subject();
    const statement = inTotoStatement({ digest: image.digest, ...PROVENANCE });
    await attach(production(), image, { signer, statement });
  }

  it('leads from the build to production, and names what is not proven', async () => {
    expect(await gaps()).toEqual([[undefined, 'no-provenance']]);
    await provenance(BUILDER);
    expect(await gaps()).toEqual([[undefined, 'unverified-provenance']]);
    expect(render(custodyReport(await custody()), 'text', false)).toContain('its word alone');
    const result = await custody(BUILDER, await gated('signature: { key: build.pub }'));
    expect(isProven(result)).toBe(true);
    const [{ built, steps } = { built: [], steps: [] }] = result.chains;
    expect(built).toMatchObject([
      {
        builder: PREDICATE.runDetails.builder.id,
        source: 'https://github.com/acme/shop',
        ref: 'refs/heads/main',
        verified: true,
      },
    ]);
    expect(steps.map(({ environment, record }) => [environment, record.environment.from])).toEqual([
      ['dev', 'build'],
      ['production', 'dev'],
    ]);
    const report = custodyReport(result);
    const text = render(report, 'text', false);
    for (const part of ['approved by alice (stated)', 'asked for by carol', 'https://ci.example/7', 'proven'])
      expect(text).toContain(part);
    assertContract(['custody', '--format', 'json'], render(report, 'json', false));
  });

  it('counts a build as verified where the gates of the entry environment take it', async () => {
    await provenance(BUILDER);
    const verified = async (gates: string, signer = BUILDER) => {
      const result = await custody(signer, await gated(gates));
      const { chains } = result;
      expect(chains.flatMap(({ built }) => built.map(one => one.verified))).toEqual([isProven(result)]);
      return isProven(result);
    };
    const bySigner = 'signature: { key: build.pub }';
    expect([await verified(bySigner), await verified(bySigner, OURS)]).toEqual([true, false]);
    expect(await verified('signature: { key: build.pub, images: [web] }')).toBe(false);
    const byRule = (builder: string) => `provenance: { key: build.pub, builder: "${builder}" }`;
    const { id } = PREDICATE.runDetails.builder;
    expect([await verified(byRule(id)), await verified(byRule(`${id}x`))]).toEqual([true, false]);
    // Who may sign the image is not asked where a rule says how it must be built.
    expect(await verified(`${bySigner}, ${byRule(`${id}x`)}`)).toBe(false);
  });

  it("counts a build under cosign's tag too", async () => {
    const { digest } = await subject();
    const statement = inTotoStatement({ digest, ...PROVENANCE });
    await tagAttestation(production(), digest, { signer: BUILDER, statement });
    const environments = await gated('signature: { key: build.pub }');
    expect(isProven(await custody(BUILDER, environments))).toBe(true);
    expect(isProven(await custody(OURS, environments))).toBe(false);
  });

  it('has holes where an image came around the pipeline, or from elsewhere', async () => {
    const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['sneaked'] });
    await pushImage(production(), image, '9.9.9');
    const pins = (await shop.world.git('show', 'HEAD:production/api.yaml')).replace(
      /tag: .*/,
      `tag: 9.9.9@${image.index.descriptor.digest}`,
    );
    await shop.commit('main', 'production/api.yaml', `${pins}\n`);
    expect(await gaps()).toEqual([
      [undefined, 'no-provenance'],
      ['dev', 'no-record'],
      ['dev', 'no-signature'],
      ['production', 'no-record'],
      ['production', 'no-signature'],
    ]);
    const store = production();
    const sneaked = await subject('9.9.9');
    await sign(store, sneaked, OURS);
    const record = {
      ...sampleRecord(sneaked.digest),
      environment: { from: 'dev', to: 'production' },
      target: { repository: store.name, tags: ['9.9.9'] },
    };
    await writeRecord({ store, subject: sneaked, signer: OURS, record });
    expect(await gaps()).toEqual([
      [undefined, 'no-provenance'],
      ['dev', 'no-record'],
      ['production', 'hole'],
    ]);
  });

  it('says that a pinned image is not there, or that none is pinned', async () => {
    const pins = (await shop.world.git('show', 'HEAD:production/api.yaml')).replace(
      /tag: .*/,
      `tag: 2.0.0@sha256:${'0'.repeat(64)}`,
    );
    await shop.commit('main', 'production/api.yaml', `${pins}\n`);
    expect(await gaps()).toEqual([['production', 'absent']]);
    await shop.commit('main', 'production/api.yaml', 'a: b\n');
    await expect(custody()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
