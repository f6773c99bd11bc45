import { isAscii } from 'node:buffer';
import { z } from 'zod';
import { rethrowDefect } from '../errors.ts';
import { algorithmOf, type Digest, hexOf } from '../oci/digest.ts';

/** DSSE's payload type of an in-toto statement. */
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** The predicate type of cosign's own image signatures. */
export const COSIGN_SIGN = 'https://sigstore.dev/cosign/sign/v1';

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** The version in cosign 2's `.att`. */
const STATEMENT_TYPE_V01 = 'https://in-toto.io/Statement/v0.1';

/** A claim about subjects. https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/statement.md */
export interface Statement {
  readonly _type: typeof STATEMENT_TYPE | typeof STATEMENT_TYPE_V01;
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: unknown;
}

/** The subject of a statement: hexadecimal digests by algorithm. */
export interface Subject {
  readonly name?: string;
  readonly digest: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

const statementSchema: z.ZodType<Statement> = z.object({
  _type: z.literal([STATEMENT_TYPE, STATEMENT_TYPE_V01]),
  subject: z.array(
    z.object({
      name: z.string().exactOptional(),
      digest: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.unknown()).exactOptional(),
    }),
  ),
  predicateType: z.string(),
  predicate: z.unknown(),
});

/** The statement that `cosign sign` makes of an image, with the annotations of its `-a`. */
export function cosignStatement(digest: Digest, annotations?: Readonly<Record<string, unknown>>): Statement {
  const subject: Subject = {
    digest: digestSetOf(digest),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { _type: STATEMENT_TYPE, subject: [subject], predicateType: COSIGN_SIGN, predicate: {} };
}

/** A statement about one image; `name` is the image's repository. */
export function inTotoStatement(claim: {
  readonly digest: Digest;
  readonly name?: string;
  readonly predicateType: string;
  readonly predicate: unknown;
}): Statement {
  const { digest, name, predicateType, predicate } = claim;
  const subject: Subject = { ...(name === undefined ? {} : { name }), digest: digestSetOf(digest) };
  return { _type: STATEMENT_TYPE, subject: [subject], predicateType, predicate };
}

/** Bytes as text; throws unless they are UTF-8. Large reports are mostly ASCII, which decodes faster. */
export function textOf(bytes: Uint8Array): string {
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** Reads a signed payload; `undefined` if it is not a statement of version 1 or 0.1. */
export function parseStatement(payload: Uint8Array): Statement | undefined {
  try {
    return statementSchema.parse(JSON.parse(textOf(payload)));
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

/** Whether one of the statement's subjects is the image. */
export function isAbout({ subject }: Statement, digest: Digest): boolean {
  return subject.some(({ digest: set }) => set[algorithmOf(digest)] === hexOf(digest));
}

/** A digest in in-toto's form. */
export function digestSetOf(digest: Digest): Subject['digest'] {
  return { [algorithmOf(digest)]: hexOf(digest) };
}
