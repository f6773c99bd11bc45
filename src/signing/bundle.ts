import { createHash, X509Certificate } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { preAuthenticationEncoding } from './pre-authentication.ts';
import { keyHint } from './public-key.ts';
import type { SignedContent } from './signed-content.ts';
import type { Signer, SigningKey } from './signer.ts';
import { STATEMENT_PAYLOAD_TYPE, type Statement } from './statement.ts';

/**
 * Signs a statement as DSSE, gets its log entry and timestamp, and wraps it as a Sigstore bundle v0.3. Throws
 * `SIGNATURE` if the result would not verify. https://docs.sigstore.dev/about/bundle/
 */
export async function signStatement(signer: Signer, statement: Statement): Promise<Uint8Array> {
  const { bundleToJSON, toDSSEBundle } = await import('./sigstore-bundle.ts');
  const key = await signer.key();
  const artifact = Buffer.from(JSON.stringify(statement));
  const signature = await signWith(key, preAuthenticationEncoding(STATEMENT_PAYLOAD_TYPE, artifact));
  const bundle = toDSSEBundle({ artifact, artifactType: STATEMENT_PAYLOAD_TYPE, ...signature });
  return Buffer.from(JSON.stringify(bundleToJSON(await witnessed(signer, key, { bundle }))));
}

/** Signs bytes and returns the signature with its verification material as a message bundle; throws `SIGNATURE`. */
export async function signBytes(signer: Signer, key: SigningKey, artifact: Buffer): Promise<Bundle> {
  return await witnessed(signer, key, { bundle: await bundleOf(key, artifact), artifact });
}

/** Signs bytes as a message bundle without log entry or timestamp. */
export async function bundleOf(key: SigningKey, artifact: Buffer): Promise<Bundle> {
  const { toMessageSignatureBundle } = await import('./sigstore-bundle.ts');
  const digest = createHash('sha256').update(artifact).digest();
  return toMessageSignatureBundle({ digest, ...(await signWith(key, artifact)) });
}

async function witnessed(signer: Signer, key: SigningKey, content: SignedContent): Promise<Bundle> {
  const { requireAcceptable, requireOwnIdentity } = await import('./accept.ts');
  requireOwnIdentity(content, signer.trust.signers);
  const { bundle } = content;
  const verifier = key.certificates?.[0] ?? key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const parts = await Promise.all(signer.witnesses.map(({ testify }) => testify(bundle.content, verifier)));
  const signed: Bundle = {
    ...bundle,
    verificationMaterial: {
      content: nameKey(bundle.verificationMaterial.content, key),
      tlogEntries: parts.flatMap(({ entries }) => entries),
      timestampVerificationData: { rfc3161Timestamps: parts.flatMap(({ timestamps }) => timestamps) },
    },
  };
  await requireAcceptable({ ...content, bundle: signed }, signer.trust);
  return signed;
}

type KeyMaterial = Bundle['verificationMaterial']['content'];

/**
 * Names the key in the bundle. The bundle builder would also write that name as the envelope's keyid, which
 * cosign refuses.
 */
function nameKey(content: KeyMaterial, { publicKey }: SigningKey): KeyMaterial {
  return content.$case === 'publicKey'
    ? { $case: 'publicKey', publicKey: { hint: keyHint(publicKey) } }
    : content;
}

async function signWith({ sign, certificates }: SigningKey, data: Buffer) {
  const signature = Buffer.from(await sign(data));
  return certificates === undefined
    ? { signature }
    : { signature, certificate: new X509Certificate(certificates[0]).raw };
}
