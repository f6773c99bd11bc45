import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadTrust } from '../../src/cli/trust.ts';
import type { AcceptedSigner } from '../../src/environments/accepted-signers.ts';
import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import { cosignStatement } from '../../src/signing/statement.ts';
import { verifyBundle } from '../../src/signing/verify.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { IDENTITY, ISSUER, newKeyless, newWitnessed, type Services } from '../signing/keyless-place.ts';

const DIGEST = digestOf('image');

let sigstore: Sigstore;
beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(async () => {
  await sigstore.stop();
});

const LOGGED = { rekor: true };
const STAMPED = { tsa: true };
const BOTH = { rekor: true, tsa: true };

it.each<[AcceptedSigner['witness'], Services, string]>([
  [undefined, LOGGED, 'verified'],
  [undefined, STAMPED, 'not-logged'],
  ['log', STAMPED, 'not-logged'],
  ['log', BOTH, 'verified'],
  ['timestamp', STAMPED, 'verified'],
  ['timestamp', LOGGED, 'not-stamped'],
  ['both', BOTH, 'verified'],
  ['both', STAMPED, 'not-logged'],
  ['both', LOGGED, 'not-stamped'],
])('an identity that needs the witness %s, signing with %j, is %s', async (witness, services, outcome) => {
  const identity = { kind: 'exact', text: IDENTITY } as const;
  const issuer = { kind: 'exact', text: ISSUER } as const;
  const trust = await trustOf({ signer: { kind: 'certificate', identity, issuer }, ...given(witness) });
  const bytes = await signStatement(newKeyless(sigstore, services), cosignStatement(DIGEST));
  expect(outcomeOf(await verifyBundle(bytes, { trust, digest: DIGEST }))).toBe(outcome);
});

it.each<[AcceptedSigner['witness'], Services, string]>([
  [undefined, {}, 'verified'],
  ['log', {}, 'not-logged'],
  ['log', LOGGED, 'verified'],
  ['timestamp', {}, 'not-stamped'],
  ['timestamp', STAMPED, 'verified'],
])('a key that needs the witness %s, signing with %j, is %s', async (witness, services, outcome) => {
  const signer = await newWitnessed(sigstore, services);
  const { publicKey } = await signer.key();
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const trust = await trustOf({ signer: { kind: 'key', key: 'a.pub' }, ...given(witness) }, pem);
  const bytes = await signStatement(signer, cosignStatement(DIGEST));
  expect(outcomeOf(await verifyBundle(bytes, { trust, digest: DIGEST }))).toBe(outcome);
});

async function trustOf(accepted: Pick<AcceptedSigner, 'signer' | 'witness'>, key = '') {
  const sink = { write: () => true };
  const io = { cwd: '/', env: {}, stdout: sink, stderr: sink, signal: AbortSignal.timeout(30_000) };
  const read = async (path: string) => (path === 'root.json' ? sigstore.trustedRoot : key);
  const http = createHttp();
  return await loadTrust({ io, http, read }, { ...accepted, trustedRoot: 'root.json' });
}

function given(witness: AcceptedSigner['witness']) {
  return witness === undefined ? {} : { witness };
}

function outcomeOf(verification: Awaited<ReturnType<typeof verifyBundle>>): string {
  return verification.kind === 'verified' ? 'verified' : verification.reason;
}
