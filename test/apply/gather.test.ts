import { afterEach, expect, it } from 'vitest';
import { planEnvironment } from '../../src/apply/plan-environment.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import type { Store } from '../../src/registry/store.ts';
import { sampleRecord } from '../records/sample-record.ts';
import { writeRecord } from '../records/write-record.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';
import { sign } from '../signing/sign-image.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const [OURS, OTHER] = [await newSigner(), await newSigner()];
const TARGET = parseRepositoryName('oci:../production/api');

describeWith(['git'], 'an image whose pin is right already', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** Production pins what dev pins, by a person's commit; nothing of it is at its registry. */
  async function adopted(): Promise<{ readonly target: Store; readonly copy: () => Promise<Descriptor> }> {
    shop = await createReviewWorld(['commit: direct'], { signer: OURS });
    await shop.release('1.0.0');
    const dev = await shop.world.read('dev/api.yaml');
    await shop.commit('main', 'production/api.yaml', dev.replace('dev/api', 'production/api'));
    const { store } = shop.effects;
    const [source, target] = [store(parseRepositoryName('oci:../dev/api')), store(TARGET)];
    const copy = async () =>
      (await copyImage({ source, target, from: '1.0.0', tag: '1.0.0', evidence: 'none' })).descriptor;
    return { target, copy };
  }

  /** Says of a promotion that it happened; by default of this one. */
  async function record(store: Store, subject: Descriptor, changes: object = {}, signer = OURS) {
    const record = {
      ...sampleRecord(subject.digest),
      environment: { from: 'dev', to: 'production' },
      target: { repository: TARGET, tags: ['1.0.0'] },
      ...changes,
    };
    await writeRecord({ store, subject, signer, record });
  }

  async function state() {
    const { groups } = await planEnvironment(shop.effects, shop.environments, REQUEST);
    return groups.map(group => group.state);
  }

  it('is not promoted before its image, its tag, our signature and our record are there', async () => {
    const { target, copy } = await adopted();
    expect(await state()).toEqual(['ready']);
    const subject = await copy();
    expect(await state()).toEqual(['ready']);
    await sign(target, subject, OTHER);
    await record(target, subject, {}, OTHER);
    expect(await state()).toEqual(['ready']);
    await sign(target, subject, OURS);
    expect(await state()).toEqual(['ready']);
    await record(target, subject, { environment: { from: 'build', to: 'dev' } });
    await record(target, subject, { target: { repository: 'oci:../dev/api', tags: [] } });
    expect(await state()).toEqual(['ready']);
    await record(target, subject);
    expect(await state()).toEqual(['nothing']);
  });

  it('is not promoted while it is recorded and not signed', async () => {
    const { target, copy } = await adopted();
    await record(target, await copy());
    expect(await state()).toEqual(['ready']);
  });

  it('is not promoted while another digest has its tag', async () => {
    const { target, copy } = await adopted();
    const subject = await copy();
    await sign(target, subject, OURS);
    await record(target, subject);
    await shop.release('1.1.0');
    const source = shop.effects.store(parseRepositoryName('oci:../dev/api'));
    await copyImage({ source, target, from: '1.1.0', tag: '1.0.0', moves: true, evidence: 'none' });
    const dev = await shop.world.git('show', 'HEAD~1:dev/api.yaml');
    await shop.commit('main', 'dev/api.yaml', `${dev}\n`);
    // Nothing may take the tag back.
    expect(await state()).toEqual(['closed']);
  });
});
