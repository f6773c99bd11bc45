import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { PROMOTION, type PromotionRecord } from '../../src/records/statement.ts';
import { prepareSummary, SUMMARY, type Summary } from '../../src/records/summary.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { keySigner, type Signer } from '../../src/signing/signer.ts';
import { inTotoStatement } from '../../src/signing/statement.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { sampleRecord } from '../records/sample-record.ts';
import { writeRecord } from '../records/write-record.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { describeWith } from '../servers/tools.ts';
import { attach } from '../signing/counted-store.ts';
import { ISSUER, newKeyless } from '../signing/keyless-place.ts';
import { newPrivateKey, newSigner, publicPem, toPem } from '../signing/keys.ts';
import { BUILDER, CLAIMS, PREDICATE, SUBJECT, tokenWith } from '../signing/made-provenance.ts';

const OWN = newPrivateKey();
const FILE = `version: 1
images: { api: { source: "oci:../build/api" } }
signing: { key: own.key, publicKey: own.pub, vsa: true }
environments:
  dev:
    from: build
    registry: oci:../dev
    files: [dev.yaml]
    commit: direct
    gates:
      provenance:
        keyless: { identity: "${SUBJECT}", issuer: "${ISSUER}" }
        trustedRoot: root.json
        builder: ${BUILDER}
        source: https://github.com/acme/shop
        ref: refs/heads/main
  staging: { from: dev, registry: "oci:../staging", files: [staging.yaml], commit: direct }
  production:
    from: staging
    registry: oci:../production
    files: [production.yaml]
    commit: direct
    gates: { predecessor: { record: required, vsa: required } }
`;

describeWith(['git'], 'the built command refuses', () => {
  let world: World;
  let sigstore: Sigstore;
  let ours: Signer;
  let builds = 0;
  beforeAll(async () => {
    sigstore = await startSigstore();
    ours = keySigner(await loadPrivateKey(toPem(OWN), () => undefined));
    const pins = ['dev', 'staging', 'production'].map(stage => [
      `${stage}.yaml`,
      `image: { repository: "oci:../${stage}/api", tag: "0" }\n`,
    ]);
    world = await createWorld({
      'environments.yaml': FILE,
      ...Object.fromEntries(pins),
      'own.key': toPem(OWN),
      'own.pub': publicPem(OWN),
      'root.json': sigstore.trustedRoot,
    });
  });
  afterAll(async () => await Promise.all([world.close(), sigstore.stop()]));

  const storeOf = (name: string) => openLayout(world.repository)(parseRepositoryName(`oci:../${name}/api`));

  /** Pushes a build that is like no other, and names it. */
  async function release(into = 'build'): Promise<{ readonly tag: string; readonly subject: Descriptor }> {
    builds += 1;
    const platforms = [{ os: 'linux', architecture: 'amd64' }];
    const image = buildImage({ platforms, layers: [`api ${builds}`] });
    await pushImage(storeOf(into), image, `${builds}.0.0`);
    return { tag: `${builds}.0.0`, subject: image.index.descriptor };
  }

  interface Made {
    readonly claims?: object;
    readonly subject?: string;
    readonly about?: string;
    readonly signer?: Signer;
  }

  async function provenance(image: Descriptor, { claims = {}, subject = SUBJECT, about, signer }: Made = {}) {
    const token = tokenWith({ ...CLAIMS, ...claims }, subject);
    const digest = about === undefined ? image.digest : digestOf(about);
    const predicateType = 'https://slsa.dev/provenance/v1';
    await attach(storeOf('build'), image, {
      signer: signer ?? newKeyless(sigstore, { rekor: true }, token, { identity: subject }),
      statement: inTotoStatement({ digest, predicateType, predicate: PREDICATE }),
    });
  }

  const planned = async (tag: string) =>
    await world.run('plan', 'dev', '--image', `api=oci:../build/api:${tag}`);

  it.each<[string, string, Made | undefined]>([
    ['no provenance', 'no-provenance', undefined],
    ['that of another repository', 'certificate-other-source', { claims: { repository: 'mallory/shop' } }],
    [
      "that of a fork's pull request",
      'certificate-other-ref',
      { claims: { ref: 'refs/pull/7/merge', event_name: 'pull_request' } },
    ],
    [
      "that of a pull request on the branch's ref",
      'pull-request',
      { claims: { event_name: 'pull_request_target' } },
    ],
    [
      'that of a reusable workflow at another ref',
      'other-identity',
      { subject: SUBJECT.replace('main', 'evil') },
    ],
    [
      'another builder of the same name',
      'other-identity',
      { subject: SUBJECT.replace('acme/shop', 'mallory/shop'), claims: { repository: 'mallory/shop' } },
    ],
    ['one about another image', 'other-subject', { about: 'another image' }],
  ])('%s: %s', async (_, code, made) => {
    const { tag, subject } = await release();
    if (made !== undefined) await provenance(subject, made);
    expect(await planned(tag)).toMatchObject({ code: 3, stdout: expect.stringContaining(`${code}:`) });
  });

  it('what a key signed, and what nobody did, where an identity is asked for', async () => {
    const keyed = await release();
    await provenance(keyed.subject, { signer: await newSigner() });
    expect(await planned(keyed.tag)).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('not-by-a-certificate:'),
    });
    const { subject } = await release();
    const store = storeOf('build');
    const { manifests } = JSON.parse(`${Buffer.from((await store.manifest(subject.digest))?.bytes ?? '')}`);
    const annotations = {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': manifests[0].digest,
    };
    const attestation = {
      ...manifests[0],
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations,
    };
    const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [manifests[0], attestation] };
    await store.putManifest(manifestContent(Buffer.from(JSON.stringify(index))), '99.0.0');
    expect(await planned('99.0.0')).toMatchObject({ code: 3, stdout: expect.stringContaining('unsigned:') });
  });

  describe('for production', () => {
    let subject: Descriptor;
    const kept = () => join(world.directory, 'kept');
    it('nothing where all is as asked', async () => {
      const image = await release();
      subject = image.subject;
      await provenance(subject);
      const build = ['--image', `api=oci:../build/api:${image.tag}`];
      for (const args of [['dev', ...build], ['staging']])
        expect(await world.run('apply', ...args)).toMatchObject({ code: 0 });
      await cp(join(world.directory, 'staging'), kept(), { recursive: true });
      expect(await world.run('plan', 'production')).toMatchObject({ code: 0 });
    });

    /** Staging's repository without what is signed about its own promotion. */
    async function without(...types: readonly string[]): Promise<void> {
      await rm(join(world.directory, 'staging'), { recursive: true });
      await cp(kept(), join(world.directory, 'staging'), { recursive: true });
      const store = storeOf('staging');
      for (const { digest, annotations = {} } of await store.referrers(subject.digest)) {
        const isOwn = Object.values(annotations).includes('staging');
        if (isOwn && types.some(type => Object.values(annotations).includes(type)))
          await store.detach(subject.digest, digest);
      }
    }

    const record = async (changes: Partial<PromotionRecord>, signer = ours) => {
      await without(PROMOTION);
      const own = {
        ...sampleRecord(subject.digest),
        environment: { from: 'dev', to: 'staging' },
        target: { repository: 'oci:../staging/api', tags: [] },
      };
      await writeRecord({ store: storeOf('staging'), subject, signer, record: { ...own, ...changes } });
    };
    const summary = async (changes: Partial<Summary>) => {
      await without(SUMMARY);
      const own: Summary = {
        environment: 'staging',
        repository: 'oci:../staging/api',
        digest: subject.digest,
        planDigest: digestOf('plan'),
        kind: 'promotion',
        policy: digestOf('policy'),
        policyUri: 'git+https://git.example.com/gitops@0123#staging',
        evidence: [],
        levels: ['SLSA_BUILD_LEVEL_UNEVALUATED'],
        time: '2026-11-20T10:00:00.000Z',
      };
      const made = await prepareSummary(storeOf('staging'), subject, ours, { ...own, ...changes });
      await storeOf('staging').putManifest(made.content);
    };

    it.each<[string, string, () => Promise<unknown>]>([
      ['a chain with a hole', 'no-record', () => without(PROMOTION)],
      // The one of dev is there: it comes along with the image.
      ['a summary of another environment alone', 'no-vsa', () => without(SUMMARY)],
      [
        'a summary of another repository',
        'other-repository',
        () => summary({ repository: 'oci:../elsewhere/api' }),
      ],
      ['a summary under a policy of nobody', 'policy-not-accepted', () => summary({})],
      [
        'a record of another repository',
        'other-repository',
        () => record({ target: { repository: 'oci:../elsewhere/api', tags: [] } }),
      ],
      ['a record by another key', 'untrusted-signature', async () => record({}, await newSigner())],
      ['a record of another image', 'other-subject', () => record({ digest: digestOf('another image') })],
      ['a record under a policy of nobody', 'policy-not-accepted', () => record({})],
    ])('%s: %s', async (_, code, prepare) => {
      await prepare();
      const before = await world.git('rev-parse', 'HEAD');
      const seen = await world.run('apply', 'production');
      expect(seen).toMatchObject({ code: 3, stdout: expect.stringContaining(`${code}:`) });
      expect(await world.git('rev-parse', 'HEAD')).toBe(before);
    });

    it('and takes what it took before', async () => {
      await without();
      expect(await world.run('apply', 'production')).toMatchObject({ code: 0 });
      expect(await world.run('custody', 'api')).toMatchObject({ code: 0 });
      // An image that somebody pins around the pipeline, which is in production's repository all the same.
      const { tag, subject: pushed } = await release('production');
      const pin = `image: { repository: "oci:../production/api", tag: "${tag}@${pushed.digest}" }\n`;
      await world.write('production.yaml', pin);
      await world.gits(['add', '.'], ['commit', '--quiet', '--message=Around']);
      const around = await world.run('custody', 'api');
      expect(around).toMatchObject({ code: 3, stdout: expect.stringContaining('no-record') });
    });
  });
});
