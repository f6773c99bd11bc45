import { expect, it } from 'vitest';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { BUNDLE_MEDIA_TYPE, PREDICATE_TYPE_HINT } from '../../src/signing/attach.ts';
import { isListedAsOurs, signerHint } from '../../src/signing/signer-hint.ts';
import { COSIGN_SIGN } from '../../src/signing/statement.ts';
import { trustedIdentity, trustedKey } from '../../src/signing/trusted-signer.ts';
import { newSigner, trustIn } from './keys.ts';

const signer = await newSigner();
const trust = trustIn(signer);
const other = trustIn(await newSigner());
const [key] = trust.signers;
const witnessed =
  key?.kind === 'key' ? { signers: [trustedKey(key.key, { log: true, timestamp: false })] } : trust;
const person = (text: string) =>
  trustedIdentity({
    identity: { kind: 'exact', text },
    issuer: { kind: 'exact', text: 'https://id.example' },
  });

function listed(annotations: Readonly<Record<string, string>>, artifactType = BUNDLE_MEDIA_TYPE): Descriptor {
  return { mediaType: 'application/json', digest: digestOf('one'), size: 3, artifactType, annotations };
}

const ours = { ...signerHint(trust), [PREDICATE_TYPE_HINT]: COSIGN_SIGN };

it.each([
  ['our own', [listed(ours)], trust, true],
  ['our own beside another', [listed({ ...ours, ...signerHint(other) }), listed(ours)], trust, true],
  ["another signer's", [listed({ ...ours, ...signerHint(other) })], trust, false],
  ['one that needs a log entry now', [listed(ours)], witnessed, false],
  ['one of several signers', [listed(ours)], trustIn(signer, await newSigner()), false],
  ['one without the annotation', [listed({ [PREDICATE_TYPE_HINT]: COSIGN_SIGN })], trust, false],
  ['another statement', [listed({ ...ours, [PREDICATE_TYPE_HINT]: 'other' })], trust, false],
  ['something that is no bundle', [listed(ours, 'application/spdx+json')], trust, false],
  ['one while we have no signer', [listed({ [PREDICATE_TYPE_HINT]: COSIGN_SIGN })], { signers: [] }, false],
])('a list is asked for %s', (_, referrers, trusted, expected) => {
  expect(isListedAsOurs(referrers, trusted, COSIGN_SIGN)).toBe(expected);
});

it('an identity is named by a hash, and apart from others', () => {
  const [alice, bob] = ['alice@example.com', 'bob@example.com'].map(who =>
    signerHint({ signers: [person(who)] }),
  );
  expect(alice).not.toEqual(bob);
  expect(JSON.stringify(alice)).not.toContain('alice');
});
