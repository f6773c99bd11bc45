import { afterEach, beforeEach, expect, it } from 'vitest';
import { approvePlan } from '../../../src/commands/approve/approve.ts';
import { findPlan } from '../../../src/commands/approve/find-plan.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { parseRepositoryName } from '../../../src/oci/reference.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { HandedApproval } from '../../../src/plan/request.ts';
import { findRecord } from '../../../src/records/find.ts';
import { approveReport } from '../../../src/reports/approve.ts';
import { render } from '../../../src/reports/render.ts';
import type { Effects } from '../../../src/run/effects.ts';
import { readBundles } from '../../../src/signing/read.ts';
import type { Signer } from '../../../src/signing/signer.ts';
import { COSIGN_SIGN } from '../../../src/signing/statement.ts';
import { verifyBundle } from '../../../src/signing/verify.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from '../../apply/review-world.ts';
import { describeWith } from '../../servers/tools.ts';
import { newSigner } from '../../signing/keys.ts';

const OURS = await newSigner();
const PEOPLE: Readonly<Record<string, Signer>> = {
  'alice.pub': await newSigner(),
  'alice-2.pub': await newSigner(),
  'bob.pub': await newSigner(),
  'mallory.pub': await newSigner(),
};
const APPROVAL =
  '{ by: signature, count: 2, signers: [{ name: alice, keys: [alice.pub, alice-2.pub] }, { name: bob, keys: [bob.pub] }] }';

describeWith(['git'], 'approval by signature', () => {
  let shop: ReviewWorld;
  let effects: Effects;
  let now: Date;
  afterEach(async () => await shop.world.close());
  beforeEach(async () => await open(['commit: direct', `gates: { approval: ${APPROVAL} }`]));

  async function open(settings: readonly string[]): Promise<void> {
    now = new Date('2026-11-21T12:00:00Z');
    shop = await createReviewWorld(settings, { signer: OURS });
    // The world keeps what it was made with, so that its clock and trust are set in place.
    effects = Object.assign(shop.effects, {
      now: () => now,
      trust: async ({ signer }: Parameters<Effects['trust']>[0]) =>
        (signer.kind === 'key' ? PEOPLE[signer.key] : undefined)?.trust ?? OURS.trust,
    });
    await shop.release('1.0.0');
  }

  const apply = async (request: Parameters<ReviewWorld['apply']>[0] = {}) => {
    const { groups } = await shop.apply(request);
    const [decision] = groups.flatMap(group => group.decision);
    if (decision === undefined || !('plan' in decision)) throw new Error('nothing is planned');
    const verdict = decision.verdicts.find(({ gate }) => gate === 'approval');
    return { plan: decision.plan, verdict, said: `${verdict?.kind} ${verdict?.reason}` };
  };

  const sign = async (
    plan: Plan,
    key: string,
    { attach = false, lasts }: { attach?: boolean; lasts?: number } = {},
  ) =>
    await approvePlan(effects, shop.environments, plan, {
      signer: async () => PEOPLE[key] ?? OURS,
      attach,
      lasts,
    });
  const file = async (plan: Plan, key: string, options = {}) => {
    const { bundle } = await sign(plan, key, options);
    return { name: `${key}.json`, bytes: bundle };
  };

  const handing =
    (...handed: readonly HandedApproval[]) =>
    async () =>
      handed;

  it('promotes once two people have signed that very plan, in a file and at the image, and records them', async () => {
    const { plan, said } = await apply();
    expect(said).toBe('waiting 0 of 2 signed approvals by alice, bob');
    const at = effects.store(parseRepositoryName('oci:../build/api'));
    const { approved, bundle } = await sign(plan, 'alice.pub', { attach: true });
    expect(approved).toMatchObject({ person: 'alice', changed: true });
    expect(await shop.promoted()).toEqual([]);
    const { said: after } = await apply();
    expect(after).toContain('1 of 2 signed approvals by alice, bob; so far alice');
    // Again changes nothing, and is said to stand.
    const dev = effects.store(parseRepositoryName('oci:../dev/api'));
    const digest = plan.promotions[0]?.digest ?? digestOf('');
    const listed = await dev.referrers(digest);
    expect(await sign(plan, 'alice.pub', { attach: true })).toMatchObject({
      approved: { changed: false },
      bundle: Buffer.from(bundle),
    });
    expect(await dev.referrers(digest)).toEqual(listed);
    expect(await at.referrers(digest)).toEqual([]);

    const { said: open } = await apply({ approvals: handing(await file(plan, 'bob.pub')) });
    expect(open).toBe('open signed by 2 of 2: bob, alice');
    expect(await shop.promoted()).toContain('1.0.0');
    const production = effects.store(parseRepositoryName('oci:../production/api'));
    const search = {
      store: production,
      referrers: await production.referrers(digest),
      digest,
      trust: OURS.trust,
    };
    const record = await findRecord({ ...search, environment: 'production', repository: production.name });
    expect(record?.approvals).toMatchObject([
      { kind: 'signature', name: 'bob', authenticated: true },
      { kind: 'signature', name: 'alice', manifest: expect.stringMatching(/^sha256:/) },
    ]);
    // An approval travels with the image, and is no signature of it.
    const { trust } = PEOPLE['alice.pub'] ?? OURS;
    const read = await Array.fromAsync(readBundles(production, search.referrers, {}));
    const bundles = read.flatMap(one => ('kind' in one.read ? [] : one.read));
    const seen = bundles.map(async bundle => {
      return (await verifyBundle(bundle, { trust, digest, predicateType: COSIGN_SIGN })).kind;
    });
    expect(new Set(await Promise.all(seen))).toEqual(new Set(['refused']));
  });

  it('goes first in its pull request once it is approved, as by reviews', async () => {
    await shop.world.close();
    await open([`gates: { approval: ${APPROVAL} }`]);
    const { plan } = await apply();
    for (const key of ['alice.pub', 'bob.pub']) await sign(plan, key, { attach: true });
    await shop.release('1.1.0');
    await shop.apply();
    expect([await shop.status(), await shop.promoted()]).toEqual(['success', ['1.0.0']]);
  });

  it('counts nothing that is spent by a rollback, though the plan is the same again', async () => {
    const { plan } = await apply();
    const approvals = [await file(plan, 'alice.pub'), await file(plan, 'bob.pub')];
    const before = await shop.world.read('production/api.yaml');
    await apply({ approvals: handing(...approvals) });
    expect(await shop.promoted()).toContain('1.0.0');
    await shop.commit('main', 'production/api.yaml', before);
    await shop.commit('main', 'README.md', 'an unrelated commit');
    const again = await apply({ approvals: handing(...approvals), allowBackward: true });
    expect(again.plan.digest).toBe(plan.digest);
    expect(again.said).toMatch(
      /^waiting 0 of 2 .*; not counted: alice: spent: \w{12} pins api since, bob: spent: \w{12} pins api since$/,
    );
    const renewed = [await file(plan, 'alice.pub'), await file(plan, 'bob.pub')];
    expect((await apply({ approvals: handing(...renewed), allowBackward: true })).said).toMatch(/^open/);
  });

  it('does not count two keys of one person, a stranger, an expired one or another plan, and says why', async () => {
    const { plan } = await apply();
    const stranger = await file({ ...plan }, 'alice.pub');
    const approvals = [
      await file(plan, 'alice.pub', { lasts: 60_000 }),
      await file(plan, 'alice-2.pub'),
      { name: 'notes.txt', bytes: Buffer.from('yes!') },
      {
        ...stranger,
        name: 'bent.json',
        bytes: Buffer.from(`${Buffer.from(stranger.bytes)}`.replace(/"sig":"..../, '"sig":"AAAA')),
      },
    ];
    const { said } = await apply({ approvals: handing(...approvals) });
    expect(said).toContain('alice: signed twice, and counts once');
    expect(said).toContain('notes.txt: is no approval');
    expect(said).toMatch(/bent\.json: by none of the signers: (tampered|untrusted-signature)/);
    now = new Date('2026-11-21T12:01:00Z');
    expect((await apply({ approvals: handing(...approvals.slice(0, 1)) })).said).toContain(
      'alice: expired at 2026-11-21T12:01',
    );
    await shop.release('1.1.0');
    const { said: other } = await apply({ approvals: handing(...approvals.slice(1, 2)) });
    expect(other).toContain(`alice: signed another plan, ${plan.digest.slice(7, 19)}`);
    const asked = await apply({
      approvals: handing(await file((await apply()).plan, 'bob.pub')),
      requestedBy: 'Bob',
    });
    expect(asked.said).toContain('bob: asked for it');
  });

  it('signs for nobody who may not approve, for no plan that is over, and for no longer than allowed', async () => {
    const { plan } = await apply();
    await expect(sign(plan, 'mallory.pub', { attach: true })).rejects.toMatchObject({ code: 'KEY' });
    await expect(sign(plan, 'alice.pub', { lasts: 8 * 24 * 60 * 60 * 1000 })).rejects.toMatchObject({
      code: 'USAGE',
    });
    const dev = effects.store(parseRepositoryName('oci:../dev/api'));
    const digest = plan.promotions[0]?.digest ?? digestOf('');
    const listed = await dev.referrers(digest);
    await shop.commit(
      'main',
      'production/api.yaml',
      'image: { repository: "oci:../production/api", tag: "7" }\n',
    );
    await expect(sign(plan, 'alice.pub', { attach: true })).rejects.toMatchObject({ code: 'PLAN_CHANGED' });
    expect(await dev.referrers(digest)).toEqual(listed);
  });

  it('finds a plan by its digest, and says which there are where none has it', async () => {
    const { plan } = await apply();
    const asked = { ...REQUEST, environment: undefined };
    expect(await findPlan(effects, shop.environments, plan.digest, asked)).toEqual(plan);
    await expect(findPlan(effects, shop.environments, digestOf('x'), asked)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(`production/all ${plan.digest}`),
    });
    const { approved } = await sign(plan, 'alice.pub');
    const text = render(approveReport([approved], 'approval.json'), 'text', false);
    expect(text).toContain('production/all approved by alice until 2026-11-28T12:00:00.000Z');
    expect(text).toMatch(/api \w{12} in place of what \w{12} pinned/);
  });
});
