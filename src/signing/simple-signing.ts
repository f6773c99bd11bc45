import { z } from 'zod';
import { rethrowDefect } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';

/**
 * The media type of the layers under a `.sig` tag: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** The payload that cosign signed up to version 2. */
export interface SimplePayload {
  readonly type: string;
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

const TYPE = 'cosign container image signature';

const payloadSchema = z.object({
  critical: z.object({
    image: z.object({ 'docker-manifest-digest': z.string() }),
    type: z.string(),
  }),
  optional: z.record(z.string(), z.unknown()).nullish(),
});

/** The payload that cosign 2 signs for an image. It contains `repository`, which no verifier checks. */
export function simplePayload(digest: Digest, repository: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': repository },
        image: { 'docker-manifest-digest': digest },
        type: TYPE,
      },
      optional: null,
    }),
  );
}

/** Reads a signed payload; `undefined` if it is not one. */
export function parseSimplePayload(bytes: Uint8Array): SimplePayload | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const { critical, optional } = payloadSchema.parse(JSON.parse(text));
    return {
      type: critical.type,
      digest: critical.image['docker-manifest-digest'],
      ...(optional ? { annotations: optional } : {}),
    };
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

/** Whether the payload's type is an image's signature. */
export function isImageSignature({ type }: SimplePayload): boolean {
  return type === TYPE;
}
