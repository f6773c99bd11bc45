import { randomUUID } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { z } from 'zod';
import { rethrowDefect } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { Authenticated } from './authenticate.ts';
import { readForeign, UnreadableMaterial } from './foreign.ts';
import { type Refused, refused } from './refusal.ts';
import { isAbout, parseStatement, STATEMENT_PAYLOAD_TYPE, type Statement, textOf } from './statement.ts';
import type { Trust } from './trust.ts';

/** The most bytes of a bundle that are read. */
export const BUNDLE_LIMIT = 1024 * 1024;

/** The required signer and subject of a signature. */
export interface Expectation {
  readonly trust: Trust;
  readonly digest: Digest;
  /** Absent: any predicate type. */
  readonly predicateType?: string;
}

/** A signature that counts: its statement, signer, time and format. */
export interface Verified extends Omit<Authenticated, 'kind'> {
  readonly kind: 'verified';
  /** `legacy`: a layer under cosign's `.sig`. */
  readonly format: 'bundle' | 'legacy';
  readonly statement: Statement;
}

type Envelope = Extract<Bundle['content'], { readonly $case: 'dsseEnvelope' }>['dsseEnvelope'];

/** The result of verifying a signature. */
export type Verification = Verified | Refused;

/** Verifies a Sigstore bundle. Its bytes never make it throw; loading the trusted root may. */
export async function verifyBundle(
  bytes: Uint8Array,
  expected: Expectation,
  limit = BUNDLE_LIMIT,
): Promise<Verification> {
  if (bytes.length > limit) return refused('too-large', `${bytes.length} bytes`);
  const bundle = await parseBundle(bytes);
  if ('kind' in bundle) return bundle;
  const { content } = bundle;
  if (content.$case !== 'dsseEnvelope') return refused('not-an-envelope', content.$case);
  return await verifyEnvelope(bundle, content.dsseEnvelope, expected);
}

/** Verifies an envelope with its verification material. */
export async function verifyEnvelope(
  bundle: Bundle,
  { payload, payloadType, signatures }: Envelope,
  { trust, digest, predicateType }: Expectation,
): Promise<Verification> {
  const named = signatures.find(({ keyid }) => keyid !== '');
  if (named) return refused('names-a-key-id', named.keyid);
  if (payloadType !== STATEMENT_PAYLOAD_TYPE) return refused('unexpected-payload-type', payloadType);
  // Loaded only at need, because it loads large libraries.
  const { authenticate } = await import('./authenticate.ts');
  const authenticated = await authenticate({ bundle }, trust);
  if (authenticated.kind === 'refused') return authenticated;
  const statement = parseStatement(payload);
  if (statement === undefined) return refused('not-a-statement', 'the payload is no in-toto statement');
  if (predicateType !== undefined && statement.predicateType !== predicateType) {
    return refused('other-predicate', statement.predicateType);
  }
  if (!isAbout(statement, digest)) return refused('other-subject', JSON.stringify(statement.subject));
  return { ...authenticated, kind: 'verified', format: 'bundle', statement };
}

/** Reads a DSSE envelope in JSON with exactly one signature. */
export async function parseEnvelope(bytes: Uint8Array): Promise<Envelope | Refused> {
  const { envelopeFromJSON } = await import('./sigstore-bundle.ts');
  const json = parseJson(bytes);
  if (!serializedEnvelope.safeParse(json).success) {
    return refused('not-an-envelope', 'no envelope with exactly one signature, all in base64');
  }
  return envelopeFromJSON(json);
}

/**
 * The required encoding. The library drops other characters and would verify the rest. Protobuf's JSON allows
 * base64 and base64url. https://protobuf.dev/programming-guides/json/
 */
const serializedBase64 = z.union([z.base64().min(1), z.string().regex(/^[\w-]+={0,2}$/)]);
const serializedEnvelope = z.object({
  payload: serializedBase64,
  signatures: z.tuple([z.object({ sig: serializedBase64 })]),
});
const wholeBundle = z
  .object({ dsseEnvelope: serializedEnvelope })
  .or(z.object({ messageSignature: z.object({}) }));

/** Reads a Sigstore bundle in JSON with exactly one signature. */
export async function parseBundle(bytes: Uint8Array): Promise<Bundle | Refused> {
  const { bundleFromJSON } = await import('./sigstore-bundle.ts');
  try {
    const { json, payload, bytesOfPayload } = readParts(bytes);
    // The library is slowest for the payload, which may be a report of megabytes, so it gets a short one.
    const read = payload === undefined ? json : withPayload(json, 'AA==');
    const bundle = readForeign(() => bundleFromJSON(read));
    const isWhole = payload === undefined || bytesOfPayload !== undefined;
    if (!isWhole || !wholeBundle.safeParse(read).success)
      return refused('broken-base64', 'payload or signature is not base64');
    const { content } = bundle;
    if (content.$case === 'dsseEnvelope' && bytesOfPayload !== undefined)
      content.dsseEnvelope.payload = bytesOfPayload;
    return bundle;
  } catch (error) {
    if (!(error instanceof UnreadableMaterial)) throw error;
    return refused('not-a-bundle', 'no Sigstore bundle with exactly one signature');
  }
}

/**
 * Decodes base64 in one of its alphabets; `undefined` if the text is anything else. Node.js skips other
 * characters, so the result is then too short. For megabytes that check is faster than a pattern.
 */
export function base64(text: string): Buffer | undefined {
  const isStandard = /[+/]/.test(text);
  if (isStandard && (/[-_]/.test(text) || text.length % 4 !== 0)) return undefined;
  const length = text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  const bytes = Buffer.from(text, 'base64');
  const isWhole = length % 4 !== 1 && bytes.length > 0 && bytes.length === Math.floor((length * 3) / 4);
  return isWhole ? bytes : undefined;
}

interface Parts {
  readonly json: unknown;
  /** The payload as the JSON has it, or the mark in its place. */
  readonly payload: string | undefined;
  /** `undefined` if there is none, or if it is not base64. */
  readonly bytesOfPayload: Buffer | undefined;
}

/** Shorter payloads are read with the rest. */
const LARGE = 64 * 1024;

/**
 * Reads the JSON and its payload. A large payload is decoded from the bytes, and the JSON is read with a mark
 * in its place. So a text of megabytes is not copied once more.
 */
function readParts(bytes: Uint8Array): Parts {
  const large = findPayload(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const mark = randomUUID();
  const marked = large && parseJson(Buffer.concat([large.before, Buffer.from(mark), large.after]));
  // Anything else at that place, such as the key in another object, is read as a whole.
  if (large !== undefined && payloadIn(marked) === mark)
    return { json: marked, payload: mark, bytesOfPayload: large.payload };
  const json = parseJson(bytes);
  const payload = payloadIn(json);
  return { json, payload, bytesOfPayload: payload === undefined ? undefined : base64(payload) };
}

/** The first payload in JSON if it is large and base64, and so has no escapes. */
function findPayload(bytes: Buffer) {
  const key = bytes.indexOf('"payload"');
  const opening = key < 0 ? null : /^"payload"\s*:\s*"/.exec(bytes.toString('latin1', key, key + 64));
  if (opening === null) return undefined;
  const start = key + opening[0].length;
  const end = bytes.indexOf('"', start);
  if (end - start < LARGE) return undefined;
  const payload = base64(bytes.toString('latin1', start, end));
  return payload && { before: bytes.subarray(0, start), payload, after: bytes.subarray(end) };
}

const withEnvelope = z.looseObject({ dsseEnvelope: z.looseObject({ payload: z.string().min(1) }) });

/** The payload of an envelope, still encoded in base64. */
function payloadIn(json: unknown): string | undefined {
  const read = withEnvelope.safeParse(json);
  return read.success ? read.data.dsseEnvelope.payload : undefined;
}

function withPayload(json: unknown, payload: string): unknown {
  const read = withEnvelope.parse(json);
  return { ...read, dsseEnvelope: { ...read.dsseEnvelope, payload } };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
