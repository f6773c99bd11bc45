import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';
import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import type { HttpResponse } from '../../http/request.ts';
import type { Witness } from '../witness.ts';
import { askService, jsonBody, parseAnswer, type Service } from './service.ts';

const OPERATION = 'log signature';
const HINT = 'check signing.rekor: it has to be a Rekor of version 1';

const hex = z.hex().transform(text => Buffer.from(text, 'hex'));
const base64 = z.base64().transform(text => Buffer.from(text, 'base64'));

const entrySchema = z.object({
  body: base64,
  integratedTime: z.int(),
  logID: hex,
  logIndex: z.int(),
  verification: z.object({
    signedEntryTimestamp: base64,
    inclusionProof: z.object({
      checkpoint: z.string(),
      hashes: z.array(hex),
      logIndex: z.int(),
      rootHash: hex,
      treeSize: z.int(),
    }),
  }),
});

const entriesSchema = z.record(z.string(), entrySchema);

const bodySchema = z.object({ kind: z.string(), apiVersion: z.string() });

/** A transparency log of Rekor's version 1. https://github.com/sigstore/rekor/blob/main/openapi.yaml */
export function rekorWitness(service: Service): Witness {
  return {
    kind: 'log',
    async testify(content, verifier) {
      const path = '/api/v1/log/entries';
      const proposed = await proposedEntry(content, Buffer.from(verifier).toString('base64'));
      const created = await askService({
        service,
        operation: OPERATION,
        path,
        body: jsonBody(proposed),
        hint: HINT,
      });
      const answer = created.status === 409 ? await existing(service, created) : created;
      return { entries: [toEntry(answer)], timestamps: [] };
    },
  };
}

/** Reads the existing entry, whose location the log returns for a repeated request. */
async function existing(service: Service, answer: HttpResponse): Promise<HttpResponse> {
  const [, uuid] = /\/([0-9a-f]{64,80})$/.exec(answer.headers.location ?? '') ?? [];
  if (uuid === undefined) throw unreadable(answer);
  const path = `/api/v1/log/entries/${uuid}`;
  return await askService({ service, operation: OPERATION, path, hint: HINT });
}

/** The entry to log. A DSSE envelope is logged by its hashes, so its content does not become public. */
async function proposedEntry(content: Bundle['content'], verifier: string): Promise<object> {
  if (content.$case === 'dsseEnvelope') {
    const { envelopeToJSON } = await import('../sigstore-bundle.ts');
    const envelope = JSON.stringify(envelopeToJSON(content.dsseEnvelope));
    const spec = { proposedContent: { envelope, verifiers: [verifier] } };
    return { apiVersion: '0.0.1', kind: 'dsse', spec };
  }
  const { messageDigest, signature } = content.messageSignature;
  const spec = {
    data: { hash: { algorithm: 'sha256', value: messageDigest.digest.toString('hex') } },
    signature: { content: signature.toString('base64'), publicKey: { content: verifier } },
  };
  return { apiVersion: '0.0.1', kind: 'hashedrekord', spec };
}

function toEntry(answer: HttpResponse): TransparencyLogEntry {
  const [entry, ...others] = Object.values(parseAnswer(entriesSchema, answer, OPERATION));
  const body = entry && bodyOf(entry.body);
  if (entry === undefined || body === undefined || others.length > 0) {
    throw unreadable(answer);
  }
  const { inclusionProof: proof, signedEntryTimestamp } = entry.verification;
  return {
    logIndex: `${entry.logIndex}`,
    logId: { keyId: entry.logID },
    kindVersion: { kind: body.kind, version: body.apiVersion },
    integratedTime: `${entry.integratedTime}`,
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: `${proof.logIndex}`,
      rootHash: proof.rootHash,
      treeSize: `${proof.treeSize}`,
      hashes: proof.hashes,
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: entry.body,
  };
}

function bodyOf(bytes: Buffer): z.infer<typeof bodySchema> | undefined {
  try {
    return bodySchema.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

function unreadable({ url }: HttpResponse): PromoteError {
  return new PromoteError('SIGNATURE', `${OPERATION}: ${url.origin} gave no entry that can be read`, {
    hint: HINT,
  });
}
