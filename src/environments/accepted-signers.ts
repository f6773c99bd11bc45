import { z } from 'zod';
import { key, text } from './text.ts';
import { identitySchema, normaliseTrusted, type TrustedSource } from './trusted-source.ts';

/** A signer whose signature on an image is accepted. */
export interface AcceptedSigner {
  readonly signer: TrustedSource;
  /** A path to Sigstore's trusted root; absent: the public one. */
  readonly trustedRoot?: string | undefined;
  /** The images or repositories that it is accepted for; empty: all. */
  readonly images: readonly string[];
  /** The annotations that the signature must have, as `cosign sign -a` sets them; absent: none. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Whether every manifest of an index must be signed like the index itself. */
  readonly children: boolean;
  /** The required verification material; absent: a log entry for certificates if the root names a log. */
  readonly witness?: 'log' | 'timestamp' | 'both' | undefined;
}

const signer = z.strictObject({
  key: key.exactOptional().describe('A public key: a path, or env://NAME.'),
  keyless: identitySchema.exactOptional().describe('An identity that a certificate was issued to.'),
  trustedRoot: text
    .exactOptional()
    .describe("Path to Sigstore's trusted root, for certificates; default: the public one."),
});

const witness = z
  .enum(['log', 'timestamp', 'both'])
  .exactOptional()
  .describe(
    'The verification material that the signature must have: an entry of the transparency log, a timestamp of an authority, or both. ' +
      'Default: an entry for keyless, if the trusted root names a log, and nothing for a key.',
  );

/** The schema of a signer alone; `isOneSigner` completes it. */
export const signerSchema = signer.extend({ witness });

const attester = signerSchema.refine(isOneSigner, 'an attestation is by a `key`, or else `keyless`');

/** The schema of one signer or several whose attestations count. */
export const attestationSignersSchema = z.union([attester, z.array(attester).min(1)]);

/** The schema of one accepted signer or several; `images` describes their key of that name. */
export function acceptedSignersSchema(images: string) {
  const one = signer
    .extend({
      images: z.array(text).min(1).exactOptional().describe(images),
      children: z
        .boolean()
        .exactOptional()
        .describe("Whether each platform's manifest must be signed like the index; default: false."),
      annotations: z
        .record(text, text)
        .exactOptional()
        .describe('Annotations that the signature must have, as `cosign sign -a name=value` makes them.'),
      witness,
    })
    .refine(isOneSigner, 'a signature is by a `key`, or else `keyless`');
  return z.union([one, z.array(one).min(1)]);
}

/** Accepted signers as written. */
export type WrittenSigners = z.infer<
  ReturnType<typeof acceptedSignersSchema> | typeof attestationSignersSchema
>;

/** The accepted signers in their normal form. */
export function normaliseAccepted(written: WrittenSigners): readonly AcceptedSigner[] {
  const entries = Array.isArray(written) ? written : [written];
  return entries.flatMap(({ key, keyless, trustedRoot, witness, ...more }) => {
    const { images = [], children = false, annotations } = more as WrittenScope;
    const signer = key ?? keyless;
    if (signer === undefined) return [];
    return [{ signer: normaliseTrusted(signer), trustedRoot, witness, images, children, annotations }];
  });
}

/** The scope of a written signer. For attestations there is none, since they name their subject. */
interface WrittenScope {
  readonly images?: readonly string[];
  readonly children?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Whether exactly one of key and identity is given. */
export function isOneSigner({
  key,
  keyless,
}: {
  readonly key?: unknown;
  readonly keyless?: unknown;
}): boolean {
  return (key === undefined) !== (keyless === undefined);
}
