import type { EvidenceSearch } from '../signing/find.ts';
import { isListedAsOurs } from '../signing/signer-hint.ts';
import { COSIGN_SIGN } from '../signing/statement.ts';
import { RECORD_HINTS } from './record.ts';
import { PROMOTION } from './statement.ts';
import { SUMMARY } from './summary.ts';

/** A promotion to look for in a list of referrers. */
interface ListedSearch extends Pick<EvidenceSearch, 'referrers' | 'trust'> {
  readonly environment: string;
  readonly repository: string;
  /** Whether promotions leave a verification summary. */
  readonly summarised: boolean;
}

/**
 * Whether a list of referrers names our signature, and our record of a promotion into the environment and
 * repository. It proves nothing, since none of them is read.
 */
export function isListedPromotion(search: ListedSearch): boolean {
  const { referrers, trust, environment, repository, summarised } = search;
  const hints = { [RECORD_HINTS.environment]: environment, [RECORD_HINTS.repository]: repository };
  return (
    isListedAsOurs(referrers, trust, COSIGN_SIGN) &&
    isListedAsOurs(referrers, trust, PROMOTION, hints) &&
    (!summarised || isListedAsOurs(referrers, trust, SUMMARY, hints))
  );
}
