import { X509Certificate } from 'node:crypto';
import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';
import { z } from 'zod';
import { rethrowDefect } from '../errors.ts';
import { readForeign, UnreadableMaterial } from './foreign.ts';
import type { SigningKey } from './signer.ts';

/** The annotations of a layer under one of cosign's tags. */
export type LegacyAnnotations = Readonly<Record<string, string>>;

/** The signature in base64; empty if the layer is an envelope, which contains the signature. */
export const LEGACY_SIGNATURE = 'dev.cosignproject.cosign/signature';

const CERTIFICATE = 'dev.sigstore.cosign/certificate';
const CHAIN = 'dev.sigstore.cosign/chain';
const LOG_ENTRY = 'dev.sigstore.cosign/bundle';
const TIMESTAMP = 'dev.sigstore.cosign/rfc3161timestamp';

type Material = Bundle['verificationMaterial'];

const logEntry = z.object({
  SignedEntryTimestamp: z.base64(),
  Payload: z.object({ body: z.base64(), integratedTime: z.int(), logIndex: z.int(), logID: z.hex() }),
});

const entryBody = z.object({ kind: z.string(), apiVersion: z.string() });

const timestamp = z.object({ SignedRFC3161Timestamp: z.base64() });

/**
 * Writes a signature and its verification material as cosign 2 does. A log entry without an inclusion promise
 * is left out.
 */
export function writeLegacyAnnotations(
  signature: Buffer,
  { tlogEntries: [entry], timestampVerificationData }: Material,
  { certificates }: SigningKey,
): LegacyAnnotations {
  const [certificate, ...chain] = certificates ?? [];
  const stamp = timestampVerificationData?.rfc3161Timestamps[0]?.signedTimestamp;
  return {
    [LEGACY_SIGNATURE]: signature.toString('base64'),
    ...(certificate === undefined ? {} : { [CERTIFICATE]: certificate, [CHAIN]: chain.join('') }),
    ...(entry?.inclusionPromise === undefined ? {} : { [LOG_ENTRY]: JSON.stringify(toLogEntry(entry)) }),
    ...(stamp === undefined
      ? {}
      : { [TIMESTAMP]: JSON.stringify({ SignedRFC3161Timestamp: stamp.toString('base64') }) }),
  };
}

/** Reads a signature's verification material from annotations; throws `UnreadableMaterial`. */
export function readLegacyAnnotations(annotations: LegacyAnnotations): Material {
  const { [CERTIFICATE]: certificate = '', [LOG_ENTRY]: entry = '', [TIMESTAMP]: stamp = '' } = annotations;
  return {
    content:
      certificate === ''
        ? { $case: 'publicKey', publicKey: { hint: '' } }
        : {
            $case: 'certificate',
            certificate: { rawBytes: readForeign(() => new X509Certificate(certificate).raw) },
          },
    tlogEntries: entry === '' ? [] : [fromLogEntry(parse(logEntry, entry))],
    timestampVerificationData: { rfc3161Timestamps: stamp === '' ? [] : [readTimestamp(stamp)] },
  };
}

function toLogEntry(entry: TransparencyLogEntry): z.infer<typeof logEntry> {
  return {
    SignedEntryTimestamp: entry.inclusionPromise?.signedEntryTimestamp.toString('base64') ?? '',
    Payload: {
      body: entry.canonicalizedBody.toString('base64'),
      integratedTime: Number(entry.integratedTime),
      logIndex: Number(entry.logIndex),
      logID: entry.logId.keyId.toString('hex'),
    },
  };
}

function fromLogEntry({ SignedEntryTimestamp, Payload }: z.infer<typeof logEntry>): TransparencyLogEntry {
  const canonicalizedBody = Buffer.from(Payload.body, 'base64');
  const { kind, apiVersion } = parse(entryBody, canonicalizedBody.toString());
  return {
    logIndex: `${Payload.logIndex}`,
    logId: { keyId: Buffer.from(Payload.logID, 'hex') },
    kindVersion: { kind, version: apiVersion },
    integratedTime: `${Payload.integratedTime}`,
    inclusionPromise: { signedEntryTimestamp: Buffer.from(SignedEntryTimestamp, 'base64') },
    inclusionProof: undefined,
    canonicalizedBody,
  };
}

function readTimestamp(text: string) {
  const { SignedRFC3161Timestamp } = parse(timestamp, text);
  return { signedTimestamp: Buffer.from(SignedRFC3161Timestamp, 'base64') };
}

function parse<Value>(schema: z.ZodType<Value>, text: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    rethrowDefect(cause);
    throw new UnreadableMaterial('an annotation is no JSON of the form that cosign writes', { cause });
  }
}
