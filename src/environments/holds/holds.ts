import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { type Digest, isDigest } from '../../oci/digest.ts';
import { ConfigurationError } from '../diagnostics/configuration-error.ts';
import { schemaIssues } from '../diagnostics/schema-issues.ts';
import { readYaml } from '../diagnostics/yaml-file.ts';

/** The file of an environment's holds, at the root of its deployment repository. */
export const HOLDS_FILE = 'promote-holds.yaml';

/** What stands in place of an image's name where nothing at all is promoted. */
export const STOPPED = '*';

/** Keeps a digest, a whole image, or everything out of an environment. */
export interface Hold {
  readonly environment: string;
  readonly image: string;
  readonly digest: Digest | 'all';
  readonly reason: string;
  readonly by: string;
  /** ISO 8601. */
  readonly since: string;
  /** The end of the hold: a date, whose last moment counts, or a time; absent: until it is released. */
  readonly until?: string;
  /** Who released the digest, and when; the entry stays until the digest is pinned again. */
  readonly lifted?: { readonly by: string; readonly since: string };
}

const text = z.string().min(1).max(4096);
const time = z.iso.datetime({ offset: true });
const end = z.union([z.iso.date(), time]);

const hold: z.ZodType<Hold> = z.strictObject({
  environment: text.describe('The environment that is protected.'),
  image: text.describe('The image, by its name in the environments file; "*" stops everything.'),
  digest: z
    .custom<Digest | 'all'>(
      value => value === 'all' || (typeof value === 'string' && isDigest(value)),
      'expected a digest, or all',
    )
    .describe('What is held: a digest, or all.'),
  reason: text.describe('Why it is held.'),
  by: text.describe('Who holds it.'),
  since: time.describe('When it was held, as 2026-11-21T09:00:00Z.'),
  until: end.exactOptional().describe('The last day, or the time it ends.'),
  lifted: z
    .strictObject({ by: text.describe('Who released it.'), since: time.describe('When it was released.') })
    .exactOptional()
    .describe('Written by promote lift.'),
});

const holdsSchema = z.array(hold).max(10_000);

/** Reads a holds file; an empty one has no holds. Throws as `parseEnvironments` does. */
export function parseHolds(source: string, path: string = HOLDS_FILE): readonly Hold[] {
  const { value, problems, locate } = readYaml(source, path);
  const parsed = holdsSchema.safeParse(value ?? [], { reportInput: true });
  const issues = parsed.success ? [] : schemaIssues(holdsSchema, parsed.error);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new ConfigurationError(path, [...problems, ...issues.map(locate)]);
}

/** Whether the hold stops everything: copies, rollbacks and repairs too. */
export function isStop({ image }: Pick<Hold, 'image'>): boolean {
  return image === STOPPED;
}

/** Whether the hold applies at the time: neither released nor ended. */
export function isActive({ lifted, until }: Pick<Hold, 'lifted' | 'until'>, now: Date): boolean {
  return lifted === undefined && (until === undefined || now.getTime() < endOf(until));
}

/** Whether the text may be a hold's reason. */
export function isHoldReason(reason: string): boolean {
  return text.safeParse(reason).success;
}

/** Whether the text is a date or a time that a hold may end at. */
export function isHoldEnd(until: string): boolean {
  return end.safeParse(until).success;
}

/** A time as holds are written: UTC, in whole seconds. */
export function holdTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

function endOf(until: string): number {
  return until.includes('T') ? Date.parse(until) : Date.parse(`${until}T23:59:59.999Z`) + 1;
}

/** The holds of a text for display; an unreadable text has none. */
export function readableHolds(text = ''): readonly Hold[] {
  try {
    return parseHolds(text);
  } catch (error) {
    if (error instanceof PromoteError) return [];
    throw error;
  }
}
