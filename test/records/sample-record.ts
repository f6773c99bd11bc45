import { type Digest, digestOf } from '../../src/oci/digest.ts';
import type { PromotionRecord } from '../../src/records/statement.ts';

/** A record of the digest's promotion from staging into production. */
export function sampleRecord(digest: Digest): PromotionRecord {
  return {
    kind: 'promotion',
    environment: { from: 'staging', to: 'production' },
    source: `registry.example.com/staging/api@${digest}`,
    target: { repository: 'registry.example.com/prod/api', tags: ['1.2.3'] },
    digest,
    planDigest: digestOf('plan'),
    environmentsHash: digestOf('environments'),
    approvals: [{ kind: 'stated', name: 'alice', authenticated: false }],
    verdicts: [{ gate: 'approval', kind: 'open', reason: '1 of 1' }],
    base: { repository: 'https://git.example.com/gitops', branch: 'main', commit: 'a'.repeat(40) },
    time: '2026-11-20T10:00:00.000Z',
  };
}
