import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Environments, Signing } from '../../src/environments/environments.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { admissionPolicy } from '../../src/policy/policy.ts';
import { signedFor } from '../../src/policy/signed.ts';
import type { PolicyFormat } from '../../src/policy/verifiers.ts';
import { type TrustedSigner, trustedIdentity, trustedKey } from '../../src/signing/trusted-signer.ts';
import { newPrivateKey, publicPem } from '../signing/keys.ts';

export const WORKFLOW = 'https://github.com/acme/gitops/.github/workflows/promote.yaml@refs/heads/main';
export const ISSUER = 'https://token.actions.githubusercontent.com';
const KEY = newPrivateKey();
export const PEM = publicPem(KEY);
export const OWN_KEY = '{ key: env://KEY, publicKey: production.pub, formats: [bundle, legacy] }';
export const OWN_NAME = `{ keyless: { identity: "${WORKFLOW}", issuer: "${ISSUER}" }, formats: [bundle, legacy] }`;

export function shop(signing: string, registry = 'ghcr.io/acme/production'): Environments {
  return parseEnvironments(
    `version: 1
images: { api: {} }
environments:
  staging:
    { from: build, registry: ghcr.io/acme/staging, files: ["staging/*"], signing: { key: env://S, publicKey: staging.pub } }
  production:
    { from: staging, registry: "${registry}", files: ["production/*"], signing: ${signing} }
`,
    'environments.yaml',
  );
}

function signersOf({ by }: Signing): readonly TrustedSigner[] {
  if (by.kind === 'key') return [trustedKey(createPublicKey(PEM))];
  const exact = (text: string) => ({ kind: 'exact', text }) as const;
  return [
    trustedIdentity(
      { identity: exact(by.identity), issuer: exact(by.issuer) },
      { log: true, timestamp: false },
    ),
  ];
}

export function policyOf(
  signing: string,
  format: PolicyFormat,
  version?: string,
  more: { readonly signers?: readonly TrustedSigner[]; readonly file?: Environments } = {},
) {
  const file = more.file ?? shop(signing);
  const production = environmentNamed(file, 'production');
  const signers = more.signers ?? (production.signing === undefined ? [] : signersOf(production.signing));
  return admissionPolicy(signedFor(file, production, signers), format, version);
}

export function documentsOf(text: string) {
  return parseAllDocuments(text).map(document => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
}

export function twoKeys(): readonly TrustedSigner[] {
  return [KEY, newPrivateKey()].map(key => trustedKey(createPublicKey(key)));
}

export function ed25519() {
  return generateKeyPairSync('ed25519').publicKey;
}
