import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { type Digest, isDigest, shortDigest } from '../../oci/digest.ts';
import { ConfigurationError } from '../diagnostics/configuration-error.ts';
import { schemaIssues } from '../diagnostics/schema-issues.ts';
import { readYaml } from '../diagnostics/yaml-file.ts';

/** The file of an environment's holds, at the root of its deployment repository. */
export const HOLDS_FILE = 'promote-holds.yaml';

/** What helps where the holds file cannot be read. */
export const HOLDS_CURE = `correct ${HOLDS_FILE}; until then nothing is promoted`;

/** Replaces an image's name in a hold that stops everything. */
export const STOPPED = '*';

/** Replaces an image's name in an override, before the short digest of its plan. */
const OVERRIDES = '+freeze.';

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

/** Allows one plan in spite of a freeze until a given time. It is an entry of the holds file. */
export interface Override extends Hold {
  /** The reasons of the freeze, as its gate gives them. */
  readonly freeze: string;
  /** The digest of the plan. */
  readonly digest: Digest;
  readonly until: string;
}

/** One entry of a holds file. */
export type HoldEntry = Hold | Override;

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

const override = z.strictObject({
  environment: text.describe('The environment whose freeze it is.'),
  freeze: text.describe('The reasons of the freeze.'),
  plan: z
    .custom<Digest>(value => typeof value === 'string' && isDigest(value), 'expected the digest of a plan')
    .describe('The plan that it lets through.'),
  reason: text.describe('Why it may pass.'),
  by: text.describe('Who asks for it.'),
  since: time.describe('When it was asked for.'),
  until: end.describe('The last day, or the time it ends.'),
  lifted: z
    .strictObject({ by: text.describe('Who released it.'), since: time.describe('When it was released.') })
    .exactOptional()
    .describe('Written by promote lift.'),
});

type WrittenEntry = Hold | z.infer<typeof override>;

const list = z.array(z.unknown()).max(10_000);

/** Reads a holds file; an empty one has no holds. Throws as `parseEnvironments` does. */
export function parseHolds(source: string, path: string = HOLDS_FILE): readonly Hold[] {
  return parseEntries(source, path).filter(one => !isOverride(one));
}

/** Reads every entry of a holds file, overrides among them. */
export function parseEntries(source: string, path: string = HOLDS_FILE): readonly HoldEntry[] {
  const { value, problems, locate } = readYaml(source, path);
  const parsed = list.safeParse(value ?? [], { reportInput: true });
  const issues = parsed.success ? [] : [...schemaIssues(list, parsed.error)];
  const entries = (parsed.data ?? []).flatMap((one, index): readonly HoldEntry[] => {
    // Each entry is checked as the kind that it seems to be, so that its errors fit that kind.
    const schema = typeof one === 'object' && one !== null && 'freeze' in one ? override : hold;
    const read = schema.safeParse(one, { reportInput: true });
    if (read.success) return [asEntry(read.data)];
    issues.push(
      ...schemaIssues(schema, read.error).map(issue => ({ ...issue, path: [index, ...issue.path] })),
    );
    return [];
  });
  if (issues.length === 0 && problems.length === 0) return entries;
  throw new ConfigurationError(path, [...problems, ...issues.map(locate)]);
}

function asEntry(written: WrittenEntry): HoldEntry {
  if (!('freeze' in written)) return written;
  const { environment, freeze, plan, ...rest } = written;
  return { environment, image: overrideName(plan), digest: plan, freeze, ...rest };
}

/** An entry as it is written: an override has the digest of its plan, and no image. */
export function writtenEntry(one: HoldEntry): object {
  if (!isOverride(one)) return one;
  const { environment, image: _, digest: plan, freeze, ...rest } = one;
  return { environment, freeze, plan, ...rest };
}

/** Whether an entry is an override. */
export function isOverride(one: HoldEntry): one is Override {
  return 'freeze' in one;
}

/** The name that an override of the plan has in place of an image's. */
export function overrideName(plan: Digest): string {
  return `${OVERRIDES}${shortDigest(plan)}`;
}

/** Whether the hold stops everything: copies, rollbacks and repairs too. */
export function isStop({ image }: Pick<Hold, 'image'>): boolean {
  return image === STOPPED;
}

/** Whether the hold applies at the time: neither released nor ended. */
export function isActive({ lifted, until }: Pick<Hold, 'lifted' | 'until'>, now: Date): boolean {
  return lifted === undefined && (until === undefined || now.getTime() < holdEnd(until));
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

/** When a hold with that end is over, in milliseconds. */
export function holdEnd(until: string): number {
  return until.includes('T') ? Date.parse(until) : Date.parse(`${until}T23:59:59.999Z`) + 1;
}

/** The entries of a text for display; an unreadable text has none. */
export function readableEntries(text = ''): readonly HoldEntry[] {
  try {
    return parseEntries(text);
  } catch (error) {
    if (error instanceof PromoteError) return [];
    throw error;
  }
}
