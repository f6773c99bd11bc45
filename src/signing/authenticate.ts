import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import type { Digest } from '../oci/digest.ts';
import { buildIn, type Certificate, type CertificateBuild, namesIn } from './certificate-names.ts';
import { readForeign, UnreadableMaterial } from './foreign.ts';
import { keyHint, keyId } from './public-key.ts';
import { type Refused, refused } from './refusal.ts';
import { type SignedContent, toEntity, withoutWitnesses } from './signed-content.ts';
import type { Trust } from './trust.ts';
import { matchesName, type TrustedSigner } from './trusted-signer.ts';
import { type MaterialFacts, verifyMaterial } from './verification-material.ts';

/** Who made a signature. */
type SignedBy =
  | { readonly kind: 'key'; readonly keyId: Digest }
  | {
      readonly kind: 'certificate';
      readonly identity: string;
      readonly issuer: string;
      /** The certificate's claims about the build that signed. */
      readonly build?: CertificateBuild | undefined;
    };

/** A signature by a trusted signer, and the facts of its verified material. */
export interface Authenticated extends MaterialFacts {
  readonly kind: 'authenticated';
  /** The trusted signer that made the signature. */
  readonly signer: TrustedSigner;
  readonly by: SignedBy;
}

/** Finds out who signed. Content from a registry never makes it throw; loading the trusted root may. */
export async function authenticate(content: SignedContent, trust: Trust): Promise<Authenticated | Refused> {
  try {
    const { key } = toEntity(withoutWitnesses(content));
    return key.$case === 'certificate'
      ? await byCertificate(content, key.certificate, trust)
      : await byKey(content, key.hint, trust);
  } catch (error) {
    if (!(error instanceof UnreadableMaterial)) throw error;
    return refused('unreadable-verification-material', error.message);
  }
}

async function byKey(content: SignedContent, hint: string, trust: Trust): Promise<Authenticated | Refused> {
  const signers = trust.signers.filter(signer => signer.kind === 'key');
  if (signers.length === 0) return refused('not-by-a-certificate', 'a key signed');
  const { signature } = toEntity(withoutWitnesses(content));
  const signer = signers.find(({ key }) => signature.verifySignature(key));
  if (signer === undefined) {
    return signers.some(({ key }) => keyHint(key) === hint)
      ? refused('tampered', 'the key that it names did not sign these bytes')
      : refused('untrusted-signature', `by none of ${signers.length} keys`);
  }
  const by = { kind: 'key', keyId: keyId(signer.key) } as const;
  const { requires, key } = signer;
  const isAlone = !requires.log && !requires.timestamp;
  const material = isAlone
    ? ({ kind: 'verified' } as const)
    : await verifyMaterial(toEntity(content), requires, async () => withKey(await trust.root(), key));
  return material.kind === 'refused' ? material : { ...material, kind: 'authenticated', signer, by };
}

async function byCertificate(
  content: SignedContent,
  certificate: Certificate,
  trust: Trust,
): Promise<Authenticated | Refused> {
  const signers = trust.signers.filter(signer => signer.kind === 'certificate');
  if (signers.length === 0) return refused('not-by-a-key', 'the holder of a certificate signed');
  const { identity, issuer } = namesIn(certificate);
  const identified = signers.filter(signer => matchesName(signer.identity, identity));
  if (identity === undefined || identified.length === 0) return refused('other-identity', `${identity}`);
  const signer = identified.find(candidate => matchesName(candidate.issuer, issuer));
  if (issuer === undefined || signer === undefined) return refused('other-issuer', `${issuer}`);
  const entity = toEntity(content);
  if (!entity.signature.verifySignature(publicKeyOf(certificate))) {
    return refused('tampered', "the certificate's key did not sign these bytes");
  }
  const material = await verifyMaterial(entity, signer.requires, trust.root);
  if (material.kind === 'refused') return material;
  const build = buildIn(certificate);
  return { ...material, kind: 'authenticated', signer, by: { kind: 'certificate', identity, issuer, build } };
}

function publicKeyOf(certificate: Certificate): KeyObject {
  return readForeign(() => createPublicKey({ key: certificate.publicKey, format: 'der', type: 'spki' }));
}

function withKey<Material extends Awaited<ReturnType<Trust['root']>>>(root: Material, key: KeyObject) {
  return { ...root, publicKey: () => ({ publicKey: key, validFor: () => true }) };
}
