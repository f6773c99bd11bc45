import { describe, expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { checkReach } from '../../src/policy/check-reach.ts';
import { signedFor } from '../../src/policy/signed.ts';
import type { PolicyFormat } from '../../src/policy/verifiers.ts';
import { type TrustedSigner, trustedKey } from '../../src/signing/trusted-signer.ts';
import { ed25519, OWN_KEY, OWN_NAME, policyOf, shop, twoKeys } from './signed-shop.ts';

const TILED = OWN_KEY.replace(', legacy', '').replace(/ }$/, ', rekor: { version: 2 } }');

describe('a version reads what is signed, or there is no policy', () => {
  it.each<[PolicyFormat, string | undefined, string, string | undefined]>([
    ['kyverno', '1.19', OWN_KEY, 'SigstoreBundle'],
    ['kyverno', 'v1.18.2', OWN_KEY, 'type: Cosign'],
    ['kyverno', '1.13', OWN_NAME, 'SigstoreBundle'],
    ['kyverno', '1.18', OWN_KEY.replace(', legacy', ''), undefined],
    ['policy-controller', '0.15', OWN_NAME, 'signatureFormat: bundle'],
    ['policy-controller', '0.13', OWN_KEY, 'signatureFormat: legacy'],
    ['policy-controller', '0.15', OWN_KEY.replace(', legacy', ''), undefined],
    ['ratify', '1.4', OWN_KEY, 'cosignEnabled: true'],
    ['ratify', '1.4', OWN_NAME, undefined],
    ['ratify', '1.4', OWN_KEY.replace(', legacy', ''), undefined],
    ['containers-policy', undefined, OWN_KEY, 'sigstoreSigned'],
    ['containers-policy', undefined, OWN_NAME, undefined],
    ['cosign', '3.1', OWN_KEY, 'verify-attestation'],
    ['cosign', '2.5', OWN_KEY, 'cosign container image signature'],
    ['cosign', '2.6.3', OWN_KEY.replace('bundle, ', ''), undefined],
    ['cosign', '2.5', OWN_KEY.replace(', legacy', ''), undefined],
    ['cosign', '3.1', TILED, 'verify-attestation'],
    ['cosign', '3.0', TILED, undefined],
    ['kyverno', '1.19', TILED, undefined],
    ['policy-controller', '0.15', TILED, undefined],
    ['kyverno', '1.19', OWN_KEY.replace(/ }$/, ', rekor: true }'), 'rekor to { version: 1 }'],
  ])('%s %s, %s', (format, version, signing, expected) => {
    const made = () => policyOf(signing, format, version).text;
    if (expected === undefined)
      expect(made).toThrow(expect.objectContaining({ code: 'CONFIGURATION', hint: expect.any(String) }));
    else expect(made()).toContain(expected);
  });

  it.each<[PolicyFormat, string | undefined]>([
    ['kyverno', undefined],
    ['policy-controller', undefined],
    ['ratify', undefined],
    ['cosign', undefined],
    ['kyverno', '1.12'],
    ['kyverno', '1.20'],
    ['kyverno', 'latest'],
    ['containers-policy', '1.0'],
  ])('%s --for %s is no command line', (format, version) => {
    expect(() => policyOf(OWN_KEY, format, version)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('what a document cannot say is refused', () => {
  const shared = OWN_KEY.replace('production.pub', 'staging.pub');
  it.each<[string, PolicyFormat, string | undefined, string, (readonly TrustedSigner[])?]>([
    [
      'a key of two environments, as signatures name the first repository',
      'containers-policy',
      undefined,
      shared,
    ],
    ['two keys in one requirement', 'containers-policy', undefined, OWN_KEY, twoKeys()],
    ['two keys of one verifier', 'ratify', '1.4', OWN_KEY, twoKeys()],
    ['a key that Ratify does not load', 'ratify', '1.4', OWN_KEY, [trustedKey(ed25519())]],
    [
      'a private log',
      'kyverno',
      '1.19',
      OWN_KEY.replace(' }', ', rekor: "https://rekor.acme.com", trustedRoot: r.json }'),
    ],
    [
      'a private authority',
      'kyverno',
      '1.19',
      OWN_NAME.replace(/ }$/, ', fulcio: "https://f.acme.com", rekor: true, trustedRoot: r.json }'),
    ],
    ['a timestamp', 'policy-controller', '0.15', OWN_NAME.replace(/ }$/, ', tsa: true }')],
  ])('%s: %s', (_, format, version, signing, signers) => {
    const more = signers === undefined ? {} : { signers };
    expect(() => policyOf(signing, format, version, more)).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION' }),
    );
  });

  it('an environment that signs nothing, or has image layouts alone', () => {
    const file = shop(OWN_KEY);
    const unsigned = { ...environmentNamed(file, 'production'), signing: undefined };
    expect(() => signedFor(file, { ...unsigned } as never, [])).toThrow(/nothing is signed/);
    const layouts = shop(OWN_KEY, 'oci:./production');
    expect(() => policyOf(OWN_KEY, 'cosign', '3.1', { file: layouts })).toThrow(/image layouts alone/);
  });
});

it('check says which verifiers read what is signed', () => {
  const messages = (signing: string) =>
    checkReach(shop(signing)).map(({ subject, message, ok }) => [subject, message, ok]);
  expect(messages('{ key: env://KEY, publicKey: p.pub }')).toEqual([
    [
      'staging, production',
      'signatures by a key in the formats [bundle] are read by kyverno from 1.19, cosign from 2.6.3, and not by policy-controller, ratify, containers-policy',
      true,
    ],
  ]);
  expect(messages(OWN_NAME)[1]?.[1]).toBe(
    'signatures by an identity in the formats [bundle, legacy] are read by kyverno from 1.13, policy-controller from 0.13, cosign from 2.0, and not by ratify, containers-policy',
  );
  expect(messages(TILED)[1]?.[1]).toBe(
    'signatures by a key in the formats [bundle], logged to version 2, are read by cosign from 3.1, and not by kyverno, policy-controller, ratify, containers-policy',
  );
  expect(messages(OWN_KEY.replace('{', '{ repository: ghcr.io/acme/evidence,'))[1]?.[1]).toBe(
    'signatures are kept in ghcr.io/acme/evidence, where cosign reads them with COSIGN_REPOSITORY=ghcr.io/acme/evidence',
  );
  expect(messages(OWN_KEY.replace('bundle, ', ''))[1]?.[1]).toContain('cosign from 2.0 to before 2.6.3');
});

it.each<[string, PolicyFormat, string | undefined, RegExp]>([
  [OWN_KEY.replace(', legacy', ''), 'ratify', '1.4', /^set signing.formats of production/],
  [OWN_NAME, 'ratify', '1.4', /^no signing.formats change that/],
  [OWN_NAME, 'containers-policy', undefined, /^no signing.formats change that/],
])('advises signing.formats only where these help: %s, %s', (signing, format, version, hint) => {
  expect(() => policyOf(signing, format, version)).toThrow(
    expect.objectContaining({ hint: expect.stringMatching(hint) }),
  );
});

describe('evidence in a repository of its own', () => {
  const apart = OWN_KEY.replace('{', '{ repository: ghcr.io/acme/evidence,');

  it('is named to cosign', () => {
    expect(policyOf(apart, 'cosign', '3.1').text).toContain(
      "\nexport COSIGN_REPOSITORY='ghcr.io/acme/evidence'\n",
    );
    expect(policyOf(OWN_KEY, 'cosign', '3.1').text).not.toContain('COSIGN_REPOSITORY');
  });

  it.each<[PolicyFormat, string | undefined]>([
    ['kyverno', '1.19'],
    ['policy-controller', '0.15'],
    ['ratify', '1.4'],
    ['containers-policy', undefined],
  ])('is refused for %s, which would look beside the images', (format, version) => {
    expect(() => policyOf(apart, format, version)).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION' }),
    );
  });
});
