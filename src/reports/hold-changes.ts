import type { HoldChange } from '../environments/holds/hold-changes.ts';
import { isOverride, isStop } from '../environments/holds/holds.ts';
import { shortDigest } from '../oci/digest.ts';
import { NEVER_HELD } from '../plan/holds/edit-holds.ts';
import { outside } from './pull-request-text.ts';

/** The subject line of one change to the holds; `undefined` for several. */
export function holdsSubject([first, ...others]: readonly HoldChange[]): string | undefined {
  if (first === undefined || others.length > 0) return undefined;
  const { kind, hold } = first;
  const { environment, image, digest } = hold;
  if (isStop(hold))
    return kind === 'held' ? `Stop everything in ${environment}` : `End the stop of ${environment}`;
  if (isOverride(hold))
    return kind === 'held'
      ? `Override the freeze of ${environment} for plan ${shortDigest(hold.digest)}`
      : `Freeze plan ${shortDigest(hold.digest)} of ${environment} again`;
  const what = digest === 'all' ? image : `${image} ${shortDigest(digest)}`;
  if (kind === 'lifted' && hold.reason === NEVER_HELD) return `Allow ${what} in ${environment} again`;
  return kind === 'held'
    ? `Hold ${what} out of ${environment}`
    : `Release the hold on ${what} in ${environment}`;
}

/** A row for a hold or its release: the reason, the person and the time. */
export function holdRow({ kind, hold }: HoldChange): string {
  const { environment, image, digest, reason, by, until, lifted } = hold;
  const end = until === undefined ? 'until it is released' : `until ${outside(until)}`;
  const why = `${outside(reason, LONGEST)} (${outside(by)})`;
  if (isStop(hold))
    return kind === 'held'
      ? `- nothing is copied, turned green or merged in ${environment} ${end}: ${why}`
      : `- the stop of ${environment} ends (${outside(lifted?.by ?? by)})`;
  if (isOverride(hold))
    return kind === 'held'
      ? `- the plan \`${hold.digest}\` of ${environment} may pass the freeze (${outside(hold.freeze)}) ${end}: ${why}`
      : `- the plan \`${hold.digest}\` of ${environment} waits for the freeze again (${outside(lifted?.by ?? by)})`;
  const what = `${outside(image)} ${digest === 'all' ? 'altogether' : `\`${digest}\``}`;
  if (kind === 'lifted')
    return `- ${what} may be promoted into ${environment} again (${outside(lifted?.by ?? by)})`;
  return `- ${what} stays out of ${environment} ${end}: ${why}`;
}

/** The most characters of a reason that is shown in full. */
const LONGEST = 600;
