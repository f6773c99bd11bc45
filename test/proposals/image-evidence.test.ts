import { describe, expect, it } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import { readEvidence } from '../../src/proposals/image-evidence.ts';
import { newImage, newStore } from '../signing/counted-store.ts';
import { newSigner, trustIn } from '../signing/keys.ts';
import { sign } from '../signing/sign-image.ts';

const quiet = { log() {} };
const before = async () => undefined;

describe('the evidence of a pull request', () => {
  it('names our own signer, and any other only as it names itself', async () => {
    const [store, signer] = [await newStore(), await newSigner()];
    const subject = await newImage(store);
    const image = { store, digest: subject.digest };
    const read = async (trust: Parameters<typeof readEvidence>[3]['trust']) =>
      (await readEvidence(quiet, image, undefined, { trust, before })).signers;
    expect(await read(async () => undefined)).toEqual({ kind: 'none' });
    await sign(store, subject, signer);
    const ours = { kind: 'ours', by: expect.stringMatching(/^key [0-9a-f]{12}$/) };
    expect(await read(async () => trustIn(signer))).toEqual(ours);
    const claimed = { kind: 'claimed', by: [expect.stringMatching(/^key /)] };
    for (const trust of [undefined, trustIn(await newSigner())]) {
      expect(await read(async () => trust)).toEqual(claimed);
    }
  });

  it('leaves out what cannot be read, and says so', async () => {
    const store = await newStore();
    const { digest } = await newImage(store);
    const told: string[] = [];
    const refuse = async () => {
      throw new PromoteError('KEY', 'no such key');
    };
    const log = (line: string) => told.push(line);
    const asked = { trust: refuse, before: refuse };
    expect(await readEvidence({ log }, { store, digest }, undefined, asked)).toEqual({});
    expect(told).toEqual([
      expect.stringMatching(/^signatures of .*: no such key$/),
      expect.stringMatching(/^how long .* has been pinned: no such key$/),
    ]);
  });
});
