import { shortDigest } from '../oci/digest.ts';
import type { Candidate } from './candidates.ts';
import { environmentMessage, type MessageRules } from './message-template.ts';
import type { Plan } from './plan.ts';
import type { Requester } from './request.ts';
import { requesterText } from './trailers.ts';

/** Who asked for what a commit does, and for which tickets. */
export interface Asked {
  readonly requesters: readonly Requester[];
  readonly tickets: readonly string[];
}

/** The message of a promotion's commit: the changes, then trailers for people and tools. */
export function commitMessage(
  rules: MessageRules,
  plan: Plan,
  members: readonly Candidate[],
  { requesters, tickets }: Asked,
): string {
  return environmentMessage(rules, {
    summary: commitSubject(plan, members),
    group: plan.group,
    images: members.map(namedVersion),
    notes: [],
    changes: members.map(candidateLine),
    tickets,
    trailers: trailers(plan, members, requesters),
  });
}

/** An image with the version that it moves to. */
export function namedVersion(candidate: Candidate): { readonly name: string; readonly version: string } {
  return { name: candidate.image, version: versionOf(candidate) };
}

/** The lines that end the message of every commit of ours. */
export function trailers(
  { environment, digest }: Plan,
  members: readonly Candidate[],
  requesters: readonly Requester[],
): readonly string[] {
  return [
    `Promote-Environment: ${environment}`,
    `Promote-Plan: ${digest}`,
    ...members.map(member => `Promote-Image: ${member.image}@${member.digest}`),
    ...requesters.map(requester => `Promote-Requested-By: ${requesterText(requester)}`),
  ];
}

/** `api: 1.4.1 -> 1.4.2 (sha256:…)` */
export function candidateLine(candidate: Candidate): string {
  const from = candidate.current.map(({ tag, digest }) => tag ?? (digest ? shortDigest(digest) : 'unpinned'));
  return `${candidate.image}: ${[...new Set(from)].join(', ')} -> ${versionOf(candidate)} (${candidate.digest})`;
}

/** What a commit does, in one line. */
export function commitSubject({ kind, environment }: Plan, members: readonly Candidate[]): string {
  switch (kind) {
    case 'promotion':
      return members.every(({ edits }) => edits.length === 0)
        ? `Adopt ${movedImages(members)} in ${environment}`
        : `Promote ${movedImages(members)} to ${environment}`;
    case 'rollback':
      return `Roll back ${environment}: ${movedImages(members)}`;
    case 'hold':
      return `Change what is held out of ${environment}`;
  }
}

/** `orders 1.4.0, payments 1.4.1`; beyond three, the number of the others. */
export function movedImages(members: readonly Candidate[]): string {
  const named = members.slice(0, MOST_NAMED).map(member => `${member.image} ${versionOf(member)}`);
  const others = members.length - named.length;
  return `${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

/** How many images a title names. */
const MOST_NAMED = 3;

function versionOf({ source, digest }: Candidate): string {
  return source.tag ?? shortDigest(digest);
}
