import { afterAll, beforeAll, expect, it } from 'vitest';
import { planEnvironment } from '../../src/apply/plan-environment.ts';
import { lateIn, reportPlan } from '../../src/cli/plan.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { PROMOTION } from '../../src/records/statement.ts';
import type { Store } from '../../src/registry/store.ts';
import { render } from '../../src/reports/render.ts';
import type { Effects } from '../../src/run/effects.ts';
import { PREDICATE_TYPE_HINT } from '../../src/signing/attach.ts';
import { COSIGN_SIGN } from '../../src/signing/statement.ts';
import { fields } from '../servers/github/request.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const SIGNER = await newSigner();
const OTHER = await newSigner();
const TARGET = parseRepositoryName('oci:../production/api');

type List = (referrers: readonly Descriptor[]) => readonly Descriptor[];

const without = (type: string): List => {
  return list => list.filter(({ annotations }) => annotations?.[PREDICATE_TYPE_HINT] !== type);
};
const renamed = (name: string, value?: string): List => {
  return list =>
    list.map(one => {
      const { [name]: _, ...rest } = one.annotations ?? {};
      return { ...one, annotations: value === undefined ? rest : { ...rest, [name]: value } };
    });
};

describeWith(['git'], 'a plan by lists of evidence', () => {
  let shop: ReviewWorld;
  beforeAll(async () => {
    shop = await createReviewWorld(['commit: direct'], { signer: SIGNER });
    await shop.release('1.0.0');
    await shop.apply();
  });
  afterAll(async () => await shop.world.close());

  it('reads no signature and no record that the list names as ours, and says so', async () => {
    const { state, read, sources, text, json } = await planned(list => list);
    expect([state, read, sources]).toEqual(['nothing', 0, 0]);
    expect(text).toContain('1 promoted image compared by tags and lists of evidence alone');
    expect(text).not.toMatch(/signed|sound|complete/);
    expect(json).toMatchObject({ evidenceSearched: false, groups: [{ images: [{ verified: false }] }] });
  });

  it('reads both and looks for newer evidence where it shall verify', async () => {
    const { state, read, sources, text, json } = await planned(list => list, { byListing: false });
    expect([state, read > 3, sources > 0]).toEqual(['nothing', true, true]);
    expect(text).not.toContain('compared by');
    expect(json).toMatchObject({ evidenceSearched: true, groups: [{ images: [{ verified: true }] }] });
  });

  it.each([
    ['of the signature is not listed', without(COSIGN_SIGN)],
    ['of the record is not listed', without(PROMOTION)],
  ])('is due where a bundle %s', async (_, list) => {
    expect(await planned(list)).toMatchObject({ state: 'ready' });
  });

  it.each([
    ['has no annotation of its signer', renamed('dev.gitops-promote.signer')],
    ['is of another environment', renamed('dev.gitops-promote.environment', 'qa')],
    ['is for another repository', renamed('dev.gitops-promote.repository', 'oci:../other')],
  ])('reads what %s', async (_, list) => {
    const { read, json } = await planned(list);
    expect(read).toBeGreaterThan(1);
    expect(json).toMatchObject({ groups: [{ images: [{ verified: true }] }] });
  });

  it('reads all where several signers are trusted, and where signatures are under tags', async () => {
    const signers = [...SIGNER.trust.signers, ...OTHER.trust.signers];
    const several = { signing: { trust: { ...SIGNER.trust, signers }, formats: ['bundle'] } } as const;
    expect((await planned(list => list, several)).read).toBeGreaterThan(1);
    const tagged = { signing: { trust: SIGNER.trust, formats: ['bundle', 'legacy'] } } as const;
    expect(await planned(list => list, tagged)).toMatchObject({ state: 'ready' });
  });

  interface Changed {
    readonly byListing?: boolean;
    readonly signing?: Pick<Awaited<ReturnType<Effects['signing']>>, 'trust' | 'formats'>;
  }

  /** Plans what is promoted, over a target that lists evidence so. Counts reads there, and lists at the source. */
  async function planned(list: List, { byListing = true, signing }: Changed = {}) {
    const open = shop.effects.store;
    const seen = { read: 0, sources: 0 };
    const store = (name: Store['name']): Store => {
      const opened = open(name);
      const isTarget = name === TARGET;
      return {
        name,
        head: target => opened.head(target),
        hasBlob: descriptor => opened.hasBlob(descriptor),
        putManifest: (content, tag) => opened.putManifest(content, tag),
        attach: referring => opened.attach(referring),
        detach: (subject, manifest) => opened.detach(subject, manifest),
        putBlob: (descriptor, source) => opened.putBlob(descriptor, source),
        manifest: target => {
          if (isTarget) seen.read += 1;
          return opened.manifest(target);
        },
        blob: descriptor => {
          if (isTarget) seen.read += 1;
          return opened.blob(descriptor);
        },
        tags: () => {
          if (!isTarget) seen.sources += 1;
          return opened.tags();
        },
        referrers: async (subject, tags) => {
          const listed = await opened.referrers(subject, tags);
          return isTarget ? list(listed) : listed;
        },
      };
    };
    const effects: Effects = {
      ...shop.effects,
      store,
      signing: async setting => ({ ...(await shop.effects.signing(setting)), ...signing }),
    };
    const found = await planEnvironment(effects, shop.environments, { ...REQUEST, byListing });
    const evidence = await lateIn(found);
    const report = await reportPlan(effects, shop.environments, found, { evidence });
    const text = render(report, 'text', false);
    return { ...seen, state: found.groups[0]?.state, text, json: fields(report.json) };
  }
});
