import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import { z } from 'zod';
import { PromoteError } from '../errors.ts';

const bytes = z.base64().min(1);
const certificates = z.array(z.object({ rawBytes: bytes })).min(1);
const authorities = z.array(z.object({ certChain: z.object({ certificates }) })).optional();
const logs = z
  .array(
    z.object({
      publicKey: z.object({ rawBytes: bytes, keyDetails: z.string() }),
      logId: z.object({ keyId: bytes }),
    }),
  )
  .optional();

/**
 * The required shape of a trusted root. The library would read any other JSON as an empty root.
 * https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
 */
const rootSchema = z.object({
  mediaType: z.string().startsWith('application/vnd.dev.sigstore.trustedroot'),
  tlogs: logs,
  ctlogs: logs,
  certificateAuthorities: authorities,
  timestampAuthorities: authorities,
});

/** Reads a `trusted_root.json`; throws `KEY`. */
export function parseTrustedRoot(text: string): TrustMaterial {
  const json = parseJson(text);
  const read = rootSchema.safeParse(json);
  if (!read.success) throw unreadable(read.error);
  try {
    return toTrustMaterial(TrustedRoot.fromJSON(json));
  } catch (cause) {
    // The library throws other errors for unreadable keys and certificates; these two are our own defects.
    if (cause instanceof TypeError || cause instanceof ReferenceError) throw cause;
    throw unreadable(cause);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw unreadable(cause);
  }
}

function unreadable(cause: unknown): PromoteError {
  const message = 'load trusted root: not a trusted root of Sigstore in JSON';
  return new PromoteError('KEY', message, { hint: 'cosign trusted-root create writes one', cause });
}
