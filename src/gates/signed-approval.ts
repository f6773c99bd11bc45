import type { SignedApproval } from '../environments/gates/signed-approval.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { type Approval, type FoundApproval, type SignedFacts, sameName } from './approvals.ts';
import type { Facts } from './facts.ts';
import type { PlanGate, Verdict } from './gate.ts';

/** Waits until enough different people have signed exactly this plan, as the environment is pinned now. */
export const signedApprovalGate: PlanGate = {
  onRollback: 'decides',
  judge: (plan, facts, { gates, rollback }) => {
    const { signed } = (plan.kind === 'rollback' ? rollback : gates)?.approval ?? {};
    return signed && judgeSigned(signed, plan, facts);
  },
};

/** Clocks differ a little. */
const SKEW = 5 * 60 * 1000;

const NOTHING: SignedFacts = {
  found: [],
  refused: [],
  requesters: [],
  proposers: new Map(),
  pinnedBy: new Map(),
};

function judgeSigned(gate: SignedApproval, plan: Plan, facts: Facts): Verdict {
  const signed = facts.signed ?? NOTHING;
  // What lies at an image and is for other plans has been counted in its time, or will be.
  const here = signed.found.filter(one => one.isGiven || one.planDigest === plan.digest);
  const counted = new Map<string, FoundApproval>();
  const ignored: string[] = [];
  for (const one of here) {
    const objection = objectionTo(gate, plan, facts, one) ?? againBy(counted.get(one.person.name), one);
    if (objection === undefined) counted.set(one.person.name, one);
    else if (objection !== SAME) ignored.push(`${one.person.name}: ${objection}`);
  }
  const approvals = [...counted.values()].map(approvalOf);
  const left = [...new Set([...ignored, ...signed.refused])];
  const notes = left.length === 0 ? [] : [`not counted: ${left.join(', ')}`];
  const { count, signers } = gate;
  const names = approvals.map(({ name }) => name).join(', ');
  const shared = { gate: 'approval', approvals, evidence: evidenceOf(approvals) };
  if (approvals.length >= count) {
    const reason = [`signed by ${approvals.length} of ${count}: ${names}`, ...notes].join('; ');
    return { kind: 'open', reason, closesAt: closingAt(gate, counted), ...shared };
  }
  const able = signers.map(({ name }) => name).join(', ');
  const tally = `${approvals.length} of ${count} signed approvals by ${able}`;
  const sofar = approvals.length === 0 ? [] : [`so far ${names}`];
  const hint = `sign it: ${facts.command('approve', plan.digest, '--key', '<key>')}`;
  return { kind: 'waiting', reason: [tally, ...sofar, ...notes].join('; '), hint, ...shared };
}

/** The same approval, found at several images. */
const SAME = '';

function againBy(before: FoundApproval | undefined, one: FoundApproval): string | undefined {
  if (before === undefined) return undefined;
  if (before.signer === one.signer) return SAME;
  return 'signed twice, and counts once, whatever the keys';
}

function objectionTo(
  { maxAge }: SignedApproval,
  plan: Plan,
  { now, signed, reviews }: Facts,
  one: FoundApproval,
): string | undefined {
  if (one.planDigest !== plan.digest) return `signed another plan, ${shortDigest(one.planDigest)}`;
  if (Date.parse(one.time) > now.getTime() + SKEW) return `signed in the future, at ${one.time}`;
  const end = endOf(maxAge, one);
  if (end <= now.getTime()) return `expired at ${new Date(end).toISOString()}`;
  const spent = spentBy(plan, one, signed?.pinnedBy ?? new Map());
  if (spent !== undefined) return spent;
  const asked = [
    ...(signed?.requesters ?? []),
    ...(signed?.proposers.get(plan.group) ?? []),
    ...(reviews.get(plan.group)?.requesters ?? []),
  ];
  const { name, forge = name } = one.person;
  const isAsker = asked.some(asker => sameName(asker.name, forge) || sameName(asker.name, name));
  return isAsker ? 'asked for it' : undefined;
}

/** An approval is for one step from what is pinned; the same plan after a rollback is another step. */
function spentBy(
  { promotions }: Plan,
  { members }: FoundApproval,
  pinnedBy: SignedFacts['pinnedBy'],
): string | undefined {
  for (const { image } of promotions) {
    const named = members.find(member => member.image === image);
    if (named === undefined) return `names no commit that pins ${image}`;
    const now = pinnedBy.get(image);
    if (now === undefined) return `the history that was read does not show which commit pins ${image}`;
    if (now !== named.pinnedBy) return `spent: ${commitText(now)} pins ${image} since`;
  }
  return undefined;
}

function commitText(commit: string | null): string {
  return commit === null ? 'no commit' : commit.slice(0, 12);
}

function endOf(maxAge: number, { time, expires }: FoundApproval): number {
  return Math.min(Date.parse(expires), Date.parse(time) + maxAge);
}

/** When too few are left. */
function closingAt({ count, maxAge }: SignedApproval, counted: ReadonlyMap<string, FoundApproval>): string {
  const ends = [...counted.values()].map(one => endOf(maxAge, one)).toSorted((left, right) => right - left);
  return new Date(ends[count - 1] ?? 0).toISOString();
}

function evidenceOf(approvals: readonly Approval[]): Verdict['evidence'] {
  const manifests = approvals.flatMap(one => (one.kind === 'signature' ? (one.manifest ?? []) : []));
  return manifests.length === 0 ? undefined : manifests.toSorted();
}

function approvalOf({ person, signer, time, expires, manifest }: FoundApproval): Approval {
  const said = { id: signer, at: time, expires, manifest };
  return { kind: 'signature', name: person.name, ...said, authenticated: true };
}
