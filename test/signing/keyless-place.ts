import { onTestFinished } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { keySigner, type Signer } from '../../src/signing/signer.ts';
import { keylessSigner } from '../../src/signing/sigstore/keyless.ts';
import { rekorWitness } from '../../src/signing/sigstore/rekor.ts';
import { tilesWitness } from '../../src/signing/sigstore/rekor-tiles.ts';
import { timestampWitness } from '../../src/signing/sigstore/timestamp.ts';
import { parseTrustedRoot } from '../../src/signing/trusted-root.ts';
import type { Sigstore } from '../servers/sigstore.ts';
import { newKey } from './keys.ts';

/** Whom tokens are issued to in these tests, and by whom. */
export const IDENTITY = 'https://github.com/acme/gitops/.github/workflows/promote.yaml@refs/heads/main';
export const ISSUER = 'https://token.example.com';

/** Which services testify. */
export interface Services {
  readonly rekor?: boolean;
  /** The log of Rekor's version 2. */
  readonly tiles?: boolean;
  readonly tsa?: boolean;
}

/** An identity token as an identity provider issues it, but for its signature. */
export function newToken(sub: string = IDENTITY, iss: string = ISSUER): string {
  const claims = { sub, iss, aud: 'sigstore', exp: Math.floor(Date.now() / 1000) + 600, iat: 1 };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.bWFya2VkLXNlY3JldC1zaWduYXR1cmU`;
}

/** Somebody who signs by the identity of a token. */
export function newKeyless(
  sigstore: Sigstore,
  services: Services = { rekor: true },
  token: string = newToken(),
  { identity = IDENTITY, issuer = ISSUER } = {},
): Signer {
  const { http, witnesses, root } = reach(sigstore, services);
  return keylessSigner({
    fulcio: { http, url: sigstore.url },
    token: async () => token,
    identity,
    issuer,
    witnesses,
    root,
  });
}

/** Somebody with a fresh key, whose signatures are witnessed. */
export async function newWitnessed(sigstore: Sigstore, services: Services): Promise<Signer> {
  return keySigner(await newKey(), reach(sigstore, services));
}

/** Witnesses of the Sigstore, and what their log entries and timestamps are verified against. */
export function reach(
  { url, trustedRoot }: Sigstore,
  { rekor = false, tiles = false, tsa = false }: Services,
) {
  const http = createHttp();
  onTestFinished(() => http.close());
  const service = { http, url };
  const witnesses = [
    ...(rekor ? [rekorWitness(service)] : []),
    ...(tiles ? [tilesWitness(service)] : []),
    ...(tsa ? [timestampWitness(service)] : []),
  ];
  return { http, witnesses, root: async () => parseTrustedRoot(trustedRoot) };
}
