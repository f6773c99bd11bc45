import { afterEach, expect, it } from 'vitest';
import { applyEnvironment } from '../../src/apply/apply.ts';
import { planEnvironment } from '../../src/apply/plan-environment.ts';
import { lateIn } from '../../src/cli/plan.ts';
import { changeHolds } from '../../src/commands/change-holds.ts';
import { verifyEnvironment } from '../../src/commands/verify.ts';
import { HOLDS_FILE, STOPPED } from '../../src/environments/holds/holds.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { PromoteError } from '../../src/errors.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf, shortDigest } from '../../src/oci/digest.ts';
import { type ManifestContent, manifestContent } from '../../src/oci/manifest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { proposeHold } from '../../src/plan/holds/propose-holds.ts';
import type { Store } from '../../src/registry/store.ts';
import { applyReport } from '../../src/reports/apply.ts';
import { render } from '../../src/reports/render.ts';
import { isSoundEnvironment } from '../../src/reports/verify.ts';
import { artifact, pushEmpty } from '../registry/store-contract.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

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
    await carryAsSaid();
    expect(await listed(target, subject)).toContain(sbom.digest);
    expect(await listed(target, sbom)).toEqual([signature.digest]);
    expect(await verified()).toMatchObject({ sound: true, evidence: { state: 'good' } });
  });

  it('is told by plan, carried and counted by the next apply, and left alone by the one after that', async () => {
    const { source, target, subject } = await promoted(['gates: { approval: {} }']);
    const sbom = await attach(source, subject, 'sbom');
    const signature = await attach(source, sbom, 'signature');
    const about = { image: 'api', source: source.name, target: target.name, digest: subject.digest };
    const planned = await planEnvironment(shop.effects, shop.environments, REQUEST);
    expect(await lateIn(planned)).toEqual([{ ...about, kind: 'due', pieces: 2 }]);
    expect(await listed(target, subject)).not.toContain(sbom.digest);
    const applied = await shop.apply();
    expect(applied).toMatchObject({ state: 'done', evidence: [{ ...about, kind: 'copied', pieces: 2 }] });
    const [title] = render(applyReport(applied), 'text', false).split('\n');
    expect(title).toBe('production: 1 of 1 done');
    expect(await listed(target, subject)).toContain(sbom.digest);
    expect(await listed(target, sbom)).toEqual([signature.digest]);
    expect(await verified()).toMatchObject({ sound: true, evidence: { state: 'good' } });
    expect(await shop.apply()).toMatchObject({ state: 'nothing', evidence: [] });
  });

  it("is looked for without a second list of the image's own referrers at the target", async () => {
    const { source, target, subject } = await promoted();
    await attach(source, subject, 'sbom');
    const open = shop.effects.store;
    const asked: string[] = [];
    const referrers = async (digest: Descriptor['digest']) => {
      asked.push(digest);
      return await target.referrers(digest);
    };
    Object.assign(shop.effects, {
      store: (name: Store['name']) =>
        name === target.name ? { ...open(name), name, referrers } : open(name),
    });
    const planned = await planEnvironment(shop.effects, shop.environments, REQUEST);
    expect(await lateIn(planned)).toMatchObject([{ kind: 'due', pieces: 1 }]);
    expect(asked.filter(digest => digest === subject.digest)).toHaveLength(1);
  });

  it('is carried into an environment without signing, and by a plan file that promotes nothing', async () => {
    const { source, target, subject } = await promoted(['commit: direct'], false);
    const sbom = await attach(source, subject, 'sbom');
    const applied = await applyEnvironment(shop.effects, shop.environments, REQUEST, []);
    expect(applied).toMatchObject({ state: 'done', groups: [], evidence: [{ kind: 'copied', pieces: 1 }] });
    expect(await listed(target, subject)).toContain(sbom.digest);
  });

  it.each([
    ['a stop', '- { image: "*", digest: all,'],
    ['a hold on the digest', '- { image: api, digest: "DIGEST",'],
  ])('is kept back by %s, and told', async (_, entry) => {
    const { source, target, subject } = await promoted();
    const sbom = await attach(source, subject, 'sbom');
    const held = `${entry.replace('DIGEST', subject.digest)} environment: production, by: bob`;
    const text = `${held}, reason: incident, since: 2026-11-20T00:00:00Z }\n`;
    await shop.commit('main', HOLDS_FILE, text);
    const [outcome] = (await shop.apply()).evidence ?? [];
    expect(outcome).toMatchObject({ kind: 'withheld', pieces: 1 });
    expect(outcome).toMatchObject({ reason: expect.stringContaining('incident') });
    expect(await listed(target, subject)).not.toContain(sbom.digest);
  });

  it('is kept back by a stop whose pull request no person closed', async () => {
    const { source, target, subject } = await promoted(['gates: { approval: {} }']);
    const sbom = await attach(source, subject, 'sbom');
    const held = { environment: 'production', image: STOPPED, digest: 'all', by: 'bob' } as const;
    const edit = proposeHold({ ...held, since: '2026-11-21T11:00:00Z' }, 'incident');
    const environment = environmentNamed(shop.environments, 'production');
    const change = { image: STOPPED, edit, subject: 'stop', releases: false };
    await changeHolds(shop.effects, shop.environments, environment, REQUEST, change);
    await shop.forge.end('closed', 'bot');
    expect(await shop.apply()).toMatchObject({ evidence: [{ kind: 'withheld' }] });
    expect(await listed(target, subject)).not.toContain(sbom.digest);
  });

  it('fails the run where it cannot be carried, and names it', async () => {
    const { source, target, subject } = await promoted();
    await attach(source, subject, 'sbom');
    const open = shop.effects.store;
    const attaching = async () => Promise.reject(new PromoteError('FORBIDDEN', 'no right to push'));
    Object.assign(shop.effects, {
      store: (name: Store['name']) =>
        name === target.name ? { ...open(name), name, attach: attaching } : open(name),
    });
    const applied = await shop.apply();
    expect(applied).toMatchObject({ state: 'failed', evidence: [{ kind: 'failed' }] });
    expect(render(applyReport(applied), 'text', false)).toContain('no right to push');
  });

  it('is not looked for by an apply that copies none', async () => {
    const { source, subject } = await promoted();
    await attach(source, subject, 'sbom');
    expect(await shop.apply({ evidence: 'none' })).toMatchObject({ state: 'nothing', evidence: [] });
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
        name === DEV ? { ...open(name), name, manifest: down, head: down, tags: down } : open(name),
    });
    expect(await verified()).toMatchObject({ evidence: { state: 'old', summary: 'not compared' } });
    const applied = await shop.apply();
    expect(applied).toMatchObject({ state: 'nothing', evidence: [{ kind: 'unknown' }] });
    const text = render(applyReport(applied), 'text', false);
    expect(text).toContain(`whether ${DEV} has newer evidence is not known: read: connection refused`);
  });

  const DEV = parseRepositoryName('oci:../dev/api');

  async function promoted(settings = ['commit: direct'], isSigned = true) {
    shop = await createReviewWorld(settings, isSigned ? { signer: SIGNER } : {});
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
