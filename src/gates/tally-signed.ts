import type { SignedApproval } from '../environments/gates/signed-approval.ts';
import { shortDigest } from '../oci/digest.ts';
import { isNamedBy, type Plan } from '../plan/plan.ts';
import type { Requester } from '../plan/request.ts';
import { type Approval, type FoundApproval, type SignedReadings, sameName } from './approvals.ts';

/** The signed approvals that count for a plan, and why others do not. */
export interface SignedTally {
  readonly approvals: readonly Approval[];
  /** `bob: expired at …` */
  readonly ignored: readonly string[];
  /** When too few approvals will be left: ISO 8601, in UTC; `undefined` if there are too few now. */
  readonly closesAt: string | undefined;
}

/** How far clocks may differ, in milliseconds. */
const SKEW = 5 * 60 * 1000;

/** Counts the people who have signed the plan as the environment is pinned now. `asked`: who asked in earlier runs. */
export function tallySigned(
  gate: SignedApproval,
  plan: Plan,
  signed: SignedReadings,
  { now, asked }: { readonly now: Date; readonly asked: readonly Requester[] },
): SignedTally {
  const requesters = [...signed.requesters, ...(signed.proposers.get(plan.group) ?? []), ...asked];
  const judge = { gate, plan, now, requesters, pinnedBy: signed.pinnedBy };
  // An approval of another plan is ignored if it was only found at an image: another run counts it.
  const here = signed.found.filter(one => one.isGiven || isNamedBy(plan, one.planDigest));
  const counted = new Map<string, FoundApproval>();
  const ignored: string[] = [];
  for (const one of here) {
    const objection = objectionTo(judge, one);
    const before = counted.get(one.person.name);
    if (objection !== undefined) ignored.push(`${one.person.name}: ${objection}`);
    else if (before === undefined) counted.set(one.person.name, one);
    // The same approval may be attached to several images.
    else if (before.signer !== one.signer)
      ignored.push(`${one.person.name}: signed twice, and counts once, whatever the keys`);
  }
  return {
    approvals: [...counted.values()].map(approvalOf),
    ignored: [...new Set([...ignored, ...signed.refused])],
    closesAt: closingAt(gate, [...counted.values()]),
  };
}

interface Judging {
  readonly gate: SignedApproval;
  readonly plan: Plan;
  readonly now: Date;
  readonly requesters: readonly Requester[];
  readonly pinnedBy: SignedReadings['pinnedBy'];
}

function objectionTo(
  { gate, plan, now, requesters, pinnedBy }: Judging,
  one: FoundApproval,
): string | undefined {
  if (!isNamedBy(plan, one.planDigest)) return `signed another plan, ${shortDigest(one.planDigest)}`;
  if (Date.parse(one.time) > now.getTime() + SKEW) return `signed in the future, at ${one.time}`;
  const end = endOf(gate, one);
  if (end <= now.getTime()) return `expired at ${new Date(end).toISOString()}`;
  const { name, forge = name } = one.person;
  const isOwn = requesters.some(asker => sameName(asker.name, forge) || sameName(asker.name, name));
  return spentBy(plan, one, pinnedBy) ?? (isOwn ? 'asked for it' : undefined);
}

/** An approval is for one step from what is pinned; the same plan after a rollback is another step. */
function spentBy(
  { promotions }: Plan,
  { members }: FoundApproval,
  pinnedBy: SignedReadings['pinnedBy'],
): string | undefined {
  for (const { image } of promotions) {
    const named = members.find(member => member.image === image);
    if (named === undefined) return `names no commit that pins ${image}`;
    const now = pinnedBy.get(image);
    if (now === undefined) return `the history that was read does not show which commit pins ${image}`;
    if (now !== named.pinnedBy) return `spent: ${now?.slice(0, 12) ?? 'no commit'} pins ${image} since`;
  }
  return undefined;
}

function endOf({ maxAge }: SignedApproval, { time, expires }: FoundApproval): number {
  return Math.min(Date.parse(expires), Date.parse(time) + maxAge);
}

function closingAt(gate: SignedApproval, counted: readonly FoundApproval[]): string | undefined {
  const ends = counted.map(one => endOf(gate, one)).toSorted((left, right) => right - left);
  const last = ends[gate.count - 1];
  return last === undefined ? undefined : new Date(last).toISOString();
}

function approvalOf({ person, signer, time, expires, manifest }: FoundApproval): Approval {
  const said = { id: signer, at: time, expires, manifest };
  return { kind: 'signature', name: person.name, ...said, authenticated: true };
}
