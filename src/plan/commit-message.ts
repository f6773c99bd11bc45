import { shortDigest } from '../oci/digest.ts';
import type { Candidate } from './candidates.ts';
import type { Plan } from './plan.ts';

/** The message of a promotion's commit: the changes, then trailers for people and tools. */
export function commitMessage(
  plan: Plan,
  members: readonly Candidate[],
  requestedBy: string | undefined,
): string {
  const paragraphs = [
    commitSubject(plan, members),
    members.map(candidateLine).join('\n'),
    trailers(plan, members, requestedBy).join('\n'),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

/** The lines that end the message of every commit of ours. */
export function trailers(
  { environment, digest }: Plan,
  members: readonly Candidate[],
  requestedBy: string | undefined,
): readonly string[] {
  return [
    `Promote-Environment: ${environment}`,
    `Promote-Plan: ${digest}`,
    ...members.map(member => `Promote-Image: ${member.image}@${member.digest}`),
    ...(requestedBy === undefined ? [] : [`Promote-Requested-By: ${oneLine(requestedBy)}`]),
  ];
}

/** Text from outside on one line, so that it cannot pass for a trailer. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** `api: 1.4.1 -> 1.4.2 (sha256:…)` */
export function candidateLine(candidate: Candidate): string {
  const from = candidate.current.map(({ tag, digest }) => tag ?? (digest ? shortDigest(digest) : 'unpinned'));
  return `${candidate.image}: ${[...new Set(from)].join(', ')} -> ${versionOf(candidate)} (${candidate.digest})`;
}

/** What a commit does, in one line. */
export function commitSubject({ kind, environment }: Plan, members: readonly Candidate[]): string {
  const [first] = members;
  const one = first !== undefined && members.length === 1 ? `${first.image} ${versionOf(first)}` : undefined;
  switch (kind) {
    case 'promotion':
      return members.every(({ edits }) => edits.length === 0)
        ? `Adopt ${one ?? `${members.length} images`} in ${environment}`
        : `Promote ${one ?? `${members.length} images`} to ${environment}`;
    case 'rollback':
      return one === undefined
        ? `Roll back ${members.length} images in ${environment}`
        : `Roll back to ${one} in ${environment}`;
    case 'hold':
      return `Change what is held out of ${environment}`;
  }
}

function versionOf({ source, digest }: Candidate): string {
  return source.tag ?? shortDigest(digest);
}
