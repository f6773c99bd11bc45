import { afterEach, expect, it } from 'vitest';
import { verifyEnvironment } from '../../src/commands/verify.ts';
import { PromoteError } from '../../src/errors.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf, shortDigest } from '../../src/oci/digest.ts';
import { type ManifestContent, manifestContent } from '../../src/oci/manifest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { Store } from '../../src/registry/store.ts';
import { isSoundEnvironment } from '../../src/reports/verify.ts';
import { artifact, pushEmpty } from '../registry/store-contract.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const SIGNER = await newSigner();
/** What the evidence of these tests consists of. */
const EMPTY_CONFIG = '{}';

describeWith(['git'], 'evidence that appears at the source after the promotion', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('is reported by verify, and carried by the command that it names, with the signature on it', async () => {
    const { source, target, subject } = await promoted(['gates: { approval: {} }']);
    const sbom = await attach(source, subject, 'sbom', '2099-01-01T00:00:00Z');
    expect(await verified()).toMatchObject({ sound: true, evidence: { state: 'old' } });
    const signature = await attach(source, sbom, 'signature');
    expect(await verified()).toMatchObject({ sound: false, evidence: { state: 'bad' } });
    expect(await shop.apply()).toMatchObject({ state: 'nothing' });
    await carryAsSaid();
    expect(await listed(target, subject)).toContain(sbom.digest);
    expect(await listed(target, sbom)).toEqual([signature.digest]);
    expect(await verified()).toMatchObject({ sound: true, evidence: { state: 'good' } });
  });

  it('is not called whole where the target lost a part of it', async () => {
    const { source, target, subject } = await promoted();
    const sbom = await attach(source, subject, 'sbom');
    expect(await shop.world.run('copy', `${DEV}@${subject.digest}`, target.name)).toMatchObject({ code: 0 });
    expect(await verified()).toMatchObject({ sound: true, evidence: { state: 'good', summary: '3 of 3' } });
    const open = shop.effects.store;
    const hasBlob = async ({ size }: Descriptor) => size !== EMPTY_CONFIG.length;
    Object.assign(shop.effects, {
      store: (name: Store['name']) => (name === target.name ? { ...target, name, hasBlob } : open(name)),
    });
    const lost = await verified();
    expect(lost).toMatchObject({ sound: false, evidence: { state: 'bad', summary: '0 of 3' } });
    expect(lost.evidence?.problems.join()).toContain(digestOf(EMPTY_CONFIG));
    expect(lost.evidence?.problems.join()).toContain(shortDigest(sbom.digest));
  });

  it('is not looked for when none is asked for', async () => {
    const { source, subject } = await promoted();
    await attach(source, subject, 'sbom');
    expect(await verified('none')).toMatchObject({ sound: true, evidence: { state: 'unasked' } });
  });

  it('is reported as unknown where the source does not answer, which stops nothing', async () => {
    await promoted();
    const open = shop.effects.store;
    const down = async () => Promise.reject(new PromoteError('UNREACHABLE', 'read: connection refused'));
    Object.assign(shop.effects, {
      store: (name: Store['name']) =>
        name === DEV ? { ...open(name), name, manifest: down, head: down } : open(name),
    });
    expect(await verified()).toMatchObject({ evidence: { state: 'old', summary: 'not compared' } });
  });

  const DEV = parseRepositoryName('oci:../dev/api');

  async function promoted(settings = ['commit: direct']) {
    shop = await createReviewWorld(settings, { signer: SIGNER });
    await shop.release('1.0.0');
    await shop.apply();
    if (settings[0] !== 'commit: direct') {
      await shop.forge.review('alice');
      await shop.apply();
      await shop.forge.end('merged');
    }
    const [source, target] = [DEV, parseRepositoryName('oci:../production/api')].map(shop.effects.store);
    const subject = await source?.head('1.0.0');
    if (source === undefined || target === undefined || subject === undefined)
      throw new Error('nothing there');
    return { source, target, subject };
  }

  /** Runs the command that `verify` tells of what is missing. */
  async function carryAsSaid(): Promise<void> {
    const [problem = ''] = (await verified()).evidence?.problems ?? [];
    const [, from = '', to = ''] = /\((?:promote copy) (\S+) (\S+) copies it\)/.exec(problem) ?? [];
    expect(await shop.world.run('copy', from, to)).toMatchObject({ code: 0 });
  }

  async function verified(evidence: 'all' | 'none' = 'all') {
    const result = await verifyEnvironment(shop.effects, shop.environments, 'production', evidence);
    return { sound: isSoundEnvironment(result), evidence: result.targets[0]?.checks.evidence };
  }
});

async function attach(
  store: Store,
  subject: Descriptor,
  name: string,
  created?: string,
): Promise<Descriptor> {
  await pushEmpty(store);
  const content = created === undefined ? artifact(subject, name) : madeAt(artifact(subject, name), created);
  await store.putManifest(content);
  return content.descriptor;
}

function madeAt({ bytes }: ManifestContent, created: string): ManifestContent {
  const annotations = { 'org.opencontainers.image.created': created };
  const body = { ...JSON.parse(new TextDecoder().decode(bytes)), annotations };
  return manifestContent(Buffer.from(JSON.stringify(body)));
}

async function listed(store: Store, { digest }: Descriptor) {
  return (await store.referrers(digest)).map(referrer => referrer.digest);
}
