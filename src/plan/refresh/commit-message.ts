import type { CommitRules } from '../../environments/commits.ts';
import { shortName } from '../../environments/refresh.ts';
import { ticketsOf } from '../../environments/tickets.ts';
import { type Digest, isDigest, shortDigest } from '../../oci/digest.ts';
import { formatReference, type RepositoryName } from '../../oci/reference.ts';
import { readReference } from '../../pins/site/reference.ts';
import { fillMessage } from '../message-template.ts';
import type { RefreshGroup } from './refresh-plan.ts';
import type { ImageUpdate } from './resolution.ts';

const SINCE = 'Promote-Since:';

/** An image that was too young when it was first seen, and the time since when its age counts. */
export interface FirstSeen {
  readonly repository: RepositoryName;
  readonly tag: string;
  readonly digest: Digest;
  /** The digest that the reference pinned then. */
  readonly from?: Digest;
  /** ISO 8601. */
  readonly since: string;
}

/** The message of a refresh's commit: what moves, then trailers for people and tools to read. */
export function refreshMessage(rules: CommitRules | undefined, group: RefreshGroup): string {
  const updates = distinctUpdates(group.members.map(({ update }) => update));
  return messageOf(rules, refreshSubject(group.name, updates), group);
}

function messageOf(
  rules: CommitRules | undefined,
  summary: string,
  { name, plan, members }: RefreshGroup,
  more: readonly string[] = [],
): string {
  const updates = distinctUpdates(members.map(({ update }) => update));
  const trailers = [
    `Promote-Plan: ${plan.digest}`,
    ...updates.map(({ repository, digest }) => `Promote-Image: ${shortName(repository)}@${digest}`),
  ];
  return fillMessage(
    rules,
    { environment: 'refresh', from: 'registry' },
    {
      summary,
      group: name,
      images: updates.map(({ repository, tag }) => ({ name: shortName(repository), version: tag })),
      notes: [],
      changes: updates.map(updateLine),
      tickets: ticketsOf(rules),
      trailers: [...new Set(trailers), ...more],
    },
  );
}

/** The message of the commit that remembers since when the age of images counts. */
export function agingMessage(
  rules: CommitRules | undefined,
  aging: RefreshGroup,
  others: readonly FirstSeen[],
): string {
  const seen = aging.members.flatMap(({ update: { repository, from, tag, digest, seen } }): FirstSeen[] =>
    seen === undefined
      ? []
      : [{ repository, tag, digest, ...(from.digest && { from: from.digest }), since: seen.since }],
  );
  const lines = [...seen, ...others].map(({ repository, tag, digest, from = '', since }) =>
    `${SINCE} ${formatReference({ repository, tag, digest })} ${since} ${from}`.trimEnd(),
  );
  const subject = 'Remember what waits to be old enough [skip ci]';
  return messageOf(rules, subject, aging, [...new Set(lines)]);
}

/** The images whose age a commit remembers. */
export function readFirstSeen(message: string): readonly FirstSeen[] {
  const lines = message.split('\n').filter(line => line.startsWith(SINCE));
  return lines.flatMap(line => {
    const [reference = '', since = '', from = ''] = line.slice(SINCE.length).trim().split(' ');
    const { repository, tag, digest } = readReference(reference) ?? {};
    if (repository === undefined || tag === undefined || digest === undefined) return [];
    if (Number.isNaN(Date.parse(since))) return [];
    return [{ repository, tag, digest, since, ...(isDigest(from) ? { from } : {}) }];
  });
}

/** What a refresh does, in one line. */
export function refreshSubject(group: string, updates: readonly ImageUpdate[]): string {
  const [first] = updates;
  if (updates.some(({ target }) => target.repository !== undefined)) return `Use the mirror ${group}`;
  if (first === undefined || updates.length > 1) return `Refresh ${updates.length} images of ${group}`;
  return `Refresh ${shortName(first.repository)} to ${first.tag} at ${shortDigest(first.digest)}`;
}

/** Each update once, even if several files have it. */
export function distinctUpdates(updates: readonly ImageUpdate[]): readonly ImageUpdate[] {
  const keyOf = ({ repository, from, tag, digest }: ImageUpdate) =>
    [repository, from.tag, from.digest, tag, digest].join(' ');
  return [...new Map(updates.map(update => [keyOf(update), update])).values()];
}

function updateLine({ repository, from, tag, digest }: ImageUpdate): string {
  const old = from.digest === undefined ? 'unpinned' : shortDigest(from.digest);
  const was = from.tag === undefined ? old : `${from.tag} at ${old}`;
  return `${shortName(repository)}: ${was} -> ${tag} (${digest})`;
}
