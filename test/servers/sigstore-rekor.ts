import { createHash } from 'node:crypto';
import type { initializeTLog } from '@sigstore/mock';
import { z } from 'zod';
import type { Asked, SigstoreAnswer } from './sigstore.ts';

type TLog = Awaited<ReturnType<typeof initializeTLog>>;

const dsse = z.object({
  kind: z.literal('dsse'),
  spec: z.object({ proposedContent: z.object({ envelope: z.string(), verifiers: z.tuple([z.string()]) }) }),
});

const envelopeSchema = z.object({
  payload: z.base64(),
  signatures: z.tuple([z.object({ sig: z.base64() })]),
});

/** Rekor's version 1 over the mock's log: an entry that is there already is a conflict, and can be asked for. */
export function rekorOf(log: TLog): (asked: Asked) => Promise<SigstoreAnswer> {
  const uuids = new Map<string, string>();
  const entries = new Map<string, object>();
  return async ({ path, body }) => {
    const uuid = path.split('/').at(-1) ?? '';
    const known = entries.get(uuid);
    if (known) return json(200, known);
    const location = uuids.get(body.toString());
    if (location !== undefined)
      return { ...json(409, {}), headers: { location: `/api/v1/log/entries/${location}` } };
    const entry = await log.log(canonical(JSON.parse(body.toString())));
    const [created = ''] = Object.keys(entry);
    uuids.set(body.toString(), created);
    entries.set(created, entry);
    const answer = json(201, entry);
    return {
      ...answer,
      headers: { ...answer.headers, etag: created, location: `/api/v1/log/entries/${created}` },
    };
  };
}

/** As the real one stores it: of a DSSE envelope, its hashes alone. */
function canonical(proposed: object): object {
  const { success, data } = dsse.safeParse(proposed);
  if (!success) return proposed;
  const { envelope, verifiers } = data.spec.proposedContent;
  const { payload, signatures } = envelopeSchema.parse(JSON.parse(envelope));
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: hashOf(Buffer.from(envelope)),
      payloadHash: hashOf(Buffer.from(payload, 'base64')),
      signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }],
    },
  };
}

function hashOf(bytes: Buffer) {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
}

function json(status: number, value: object): SigstoreAnswer {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}
