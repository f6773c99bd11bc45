import { createHash } from 'node:crypto';
import type { Witness } from '../witness.ts';
import { askService, type Service } from './service.ts';

/** A timestamp request's bytes before and after the SHA-256. It also asks for the authority's certificate. */
const BEFORE = Buffer.from('30390201013031300d060960864801650304020105000420', 'hex');
const BEHIND = Buffer.from('0101ff', 'hex');

/** A timestamp authority. https://www.rfc-editor.org/rfc/rfc3161 */
export function timestampWitness(service: Service): Witness {
  return {
    kind: 'timestamp',
    async testify(content) {
      const signature =
        content.$case === 'dsseEnvelope'
          ? content.dsseEnvelope.signatures[0]?.sig
          : content.messageSignature.signature;
      const digest = createHash('sha256')
        .update(signature ?? '')
        .digest();
      const { bytes } = await askService({
        service,
        operation: 'stamp signature',
        path: ({ pathname }) => (pathname === '/' ? '/api/v1/timestamp' : ''),
        body: { type: 'application/timestamp-query', content: Buffer.concat([BEFORE, digest, BEHIND]) },
        hint: 'check signing.tsa: it has to be a timestamp authority',
      });
      return { entries: [], timestamps: [{ signedTimestamp: Buffer.from(bytes) }] };
    },
  };
}
