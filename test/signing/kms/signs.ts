import { expect } from 'vitest';
import { digestOf } from '../../../src/oci/digest.ts';
import { signStatement } from '../../../src/signing/bundle.ts';
import { keySigner, type SigningKey } from '../../../src/signing/signer.ts';
import { cosignStatement } from '../../../src/signing/statement.ts';
import { noRoot } from '../../../src/signing/trust.ts';
import { trustedKey } from '../../../src/signing/trusted-signer.ts';
import { verifyBundle } from '../../../src/signing/verify.ts';

const DIGEST = digestOf('image');

/** Has the key sign an image, and verifies that by its public half. */
export async function expectSigns(key: SigningKey): Promise<void> {
  const bytes = await signStatement(keySigner(key), cosignStatement(DIGEST));
  const trust = { signers: [trustedKey(key.publicKey)], root: noRoot };
  expect(await verifyBundle(bytes, { trust, digest: DIGEST })).toMatchObject({ kind: 'verified' });
}
