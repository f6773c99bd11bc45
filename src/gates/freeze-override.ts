import type { FreezeGate } from '../environments/gates/freeze.ts';
import { holdEnd, isActive, type Override } from '../environments/holds/holds.ts';
import { EARLIER, type Plan } from '../plan/plan.ts';
import { approvers } from './approvals.ts';
import type { Facts, OverrideFact } from './facts.ts';
import type { Verdict } from './gate.ts';
import { tallyReviews } from './review-approval.ts';

/** Whether an override opens the gate for the plan; else a note about the override, which may be empty. */
export type Overridden =
  | { readonly kind: 'open'; readonly verdict: Extract<Verdict, { readonly kind: 'open' }> }
  | { readonly kind: 'closed'; readonly note: string; readonly hint?: string | undefined };

/** Judges the override of exactly this plan and freeze; it counts once its pull request is approved. */
export function judgeOverride(
  { digest, [EARLIER]: earlier }: Plan,
  { overrides, now }: Facts,
  { override: setting }: FreezeGate,
  closing: string,
): Overridden {
  const found = overrides.get(digest) ?? (earlier === undefined ? undefined : overrides.get(earlier));
  if (found === undefined || setting === undefined || !isActive(found.override, now)) return NOTHING;
  const { override } = found;
  const by = `the override by ${override.by}`;
  const others = freezeReasons(closing).filter(reason => !override.freeze.split(AND).includes(reason));
  if (others.length > 0) return closed(`${by} is of another freeze: ${override.freeze}`);
  const { reviews } = found;
  if (reviews.kind === 'unread') return closed(`${by} does not count: ${reviews.reason}`);
  const { approval } = setting;
  const { approvals, against, ignored } = tallyReviews(approval, reviews.reviews);
  const names = approvals.map(({ name }) => name).join(', ');
  if (approvals.length >= approval.count && against.length === 0) return passing(override, closing, names);
  const who = approvers(approval);
  const notes = [
    `${by} has ${approvals.length} of ${approval.count} approvals${who === '' ? '' : ` by ${who}`}`,
    ...against.map(person => `${person} requests changes`),
    ...(ignored.length === 0 ? [] : [`not counted: ${ignored.join(', ')}`]),
  ];
  return closed(notes.join('; '), reviewHint(found));
}

/** The reasons of a freeze, as an override names them. */
function freezeReasons(closing: string): readonly string[] {
  return closing.replace(/^frozen: /, '').split(AND);
}

/** The freeze's name in an override. */
export function freezeName(closing: string): string {
  return freezeReasons(closing).join(AND);
}

/** How to propose an override; empty if the environment allows none. */
export function howToOverride({ override }: FreezeGate, { command }: Facts, { environment }: Plan): string {
  if (override === undefined) return '';
  return `; to override it: ${command('hold', environment, '--override', 'freeze', '--until', '<time>')}`;
}

const AND = ', ';

const NOTHING = { kind: 'closed', note: '' } as const;

function closed(text: string, hint?: string): Overridden {
  return { kind: 'closed', note: `; ${text}`, hint };
}

function reviewHint({ reviews }: OverrideFact): string | undefined {
  const url = reviews.kind === 'read' ? reviews.reviews.merged : undefined;
  return url && `review ${url}: reviews count there still`;
}

function passing({ by, until, reason }: Override, closing: string, names: string): Overridden {
  return {
    kind: 'open',
    verdict: {
      kind: 'open',
      gate: 'freeze',
      reason: `${closing}; overridden by ${by} until ${until}: ${reason}; approved by ${names}`,
      closesAt: new Date(holdEnd(until)).toISOString(),
    },
  };
}
