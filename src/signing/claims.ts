import type { Bundle } from '@sigstore/bundle';
import { isDigest } from '../oci/digest.ts';
import { type CertificateNames, namesIn } from './certificate-names.ts';
import { UnreadableMaterial } from './foreign.ts';
import { readLegacyAnnotations } from './legacy-annotations.ts';
import type { LegacyLayer } from './legacy-tag.ts';
import { toEntity } from './signed-content.ts';
import { parseSimplePayload } from './simple-signing.ts';
import { cosignStatement, parseStatement, type Statement } from './statement.ts';
import { type MaterialFacts, materialFacts } from './verification-material.ts';
import { parseBundle, parseEnvelope } from './verify.ts';

/** A signature's claims about itself, none of which is verified. */
export interface Claims extends MaterialFacts {
  /** The hint that names the key, perhaps empty, or the names in the certificate. */
  readonly by:
    | { readonly kind: 'key'; readonly hint: string }
    | ({ readonly kind: 'certificate' } & CertificateNames);
  readonly statement: Statement;
}

/** A Sigstore bundle's claims about itself; `undefined` if it cannot be read. */
export async function bundleClaims(bytes: Uint8Array): Promise<Claims | undefined> {
  const bundle = await parseBundle(bytes);
  if ('kind' in bundle || bundle.content.$case !== 'dsseEnvelope') return undefined;
  return readClaims(bundle, parseStatement(bundle.content.dsseEnvelope.payload));
}

/** The claims of a layer under cosign's `.sig` tag; `undefined` if it cannot be read. */
export function signatureClaims({ bytes, annotations }: LegacyLayer): Claims | undefined {
  const { digest = '', annotations: signed } = parseSimplePayload(bytes) ?? {};
  const statement = isDigest(digest) ? cosignStatement(digest, signed) : undefined;
  const messageDigest = { algorithm: 0, digest: Buffer.alloc(0) };
  const content = {
    $case: 'messageSignature',
    messageSignature: { messageDigest, signature: bytes },
  } as const;
  return legacyClaims(annotations, content, statement);
}

/** The claims of a layer under cosign's `.att` tag, a DSSE envelope; `undefined` if it cannot be read. */
export async function attestationClaims({ bytes, annotations }: LegacyLayer): Promise<Claims | undefined> {
  const envelope = await parseEnvelope(bytes);
  if ('kind' in envelope) return undefined;
  const content = { $case: 'dsseEnvelope', dsseEnvelope: envelope } as const;
  return legacyClaims(annotations, content, parseStatement(envelope.payload));
}

function legacyClaims(
  annotations: LegacyLayer['annotations'],
  content: Bundle['content'],
  statement: Statement | undefined,
): Claims | undefined {
  try {
    const verificationMaterial = readLegacyAnnotations(annotations);
    return readClaims({ mediaType: '', verificationMaterial, content }, statement);
  } catch (error) {
    if (!(error instanceof UnreadableMaterial)) throw error;
    return undefined;
  }
}

function readClaims(bundle: Bundle, statement: Statement | undefined): Claims | undefined {
  if (statement === undefined) return undefined;
  try {
    const entity = toEntity({ bundle, artifact: Buffer.alloc(0) });
    const by =
      entity.key.$case === 'certificate'
        ? ({ kind: 'certificate', ...namesIn(entity.key.certificate) } as const)
        : ({ kind: 'key', hint: entity.key.hint } as const);
    return { by, statement, ...materialFacts(entity) };
  } catch (error) {
    if (!(error instanceof UnreadableMaterial)) throw error;
    return undefined;
  }
}
