import { shortDigest } from '../oci/digest.ts';
import type { Candidate } from './candidates.ts';
import type { Plan } from './plan.ts';

/** The message of a promotion's commit: what moves where, then trailers for people and tools to read. */
export function commitMessage(
  plan: Plan,
  members: readonly Candidate[],
  requestedBy: string | undefined,
): string {
  const trailers = [
    `Promote-Environment: ${plan.environment}`,
    `Promote-Plan: ${plan.digest}`,
    ...members.map(({ image, digest }) => `Promote-Image: ${image}@${digest}`),
    ...(requestedBy === undefined ? [] : [`Promote-Requested-By: ${requestedBy}`]),
  ];
  return `${subject(plan, members)}\n\n${members.map(line).join('\n')}\n\n${trailers.join('\n')}\n`;
}

function subject({ environment }: Plan, members: readonly Candidate[]): string {
  const [first] = members;
  if (first === undefined || members.length > 1) return `Promote ${members.length} images to ${environment}`;
  return `Promote ${first.image} ${versionOf(first)} to ${environment}`;
}

function line(candidate: Candidate): string {
  const from = candidate.current.map(({ tag, digest }) => tag ?? (digest ? shortDigest(digest) : 'unpinned'));
  return `${candidate.image}: ${[...new Set(from)].join(', ')} -> ${versionOf(candidate)} (${candidate.digest})`;
}

function versionOf({ source, digest }: Candidate): string {
  return source.tag ?? shortDigest(digest);
}
