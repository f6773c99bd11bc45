import { bundleToJSON } from '@sigstore/bundle';
import type { Signer } from './signer.ts';
import { STATEMENT_PAYLOAD_TYPE, type Statement } from './statement.ts';

/**
 * Signs a statement as DSSE and wraps it as a Sigstore bundle v0.3.
 * https://docs.sigstore.dev/about/bundle/
 */
export async function signStatement(signer: Signer, statement: Statement): Promise<Uint8Array> {
  // Loaded where a run signs only: the import costs more than the rest of the program's start.
  const { DSSEBundleBuilder } = await import('@sigstore/sign');
  const builder = new DSSEBundleBuilder({ signer: withoutHint(signer), witnesses: [] });
  const data = Buffer.from(JSON.stringify(statement));
  const bundle = await builder.create({ data, type: STATEMENT_PAYLOAD_TYPE });
  return Buffer.from(JSON.stringify(bundleToJSON(bundle)));
}

/** The builder would copy a hint into the envelope's keyid, and cosign refuses signatures that name one. */
function withoutHint(signer: Signer) {
  const publicKey = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    async sign(data: Buffer) {
      const signature = Buffer.from(await signer.sign(data));
      return { signature, key: { $case: 'publicKey' as const, publicKey } };
    },
  };
}
