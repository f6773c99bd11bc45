import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../errors.ts';
import { isDigest } from '../oci/digest.ts';
import { namePlan, type Plan } from './plan.ts';
import type { Weights } from './shards.ts';

const digest = z.string().refine(isDigest);
const edit = z.strictObject({ file: z.string(), locator: z.string(), old: z.string(), new: z.string() });
const plannedTag = z.strictObject({ name: z.string(), moves: z.boolean(), digest: digest.exactOptional() });
const promotion = z.strictObject({
  image: z.string(),
  source: z.string(),
  digest,
  policy: digest,
  targets: z.array(z.strictObject({ repository: z.string(), tags: z.array(plannedTag) })),
  edits: z.array(edit),
});
const plan = z.strictObject({
  kind: z.literal(['promotion', 'rollback']),
  repository: z.string(),
  branch: z.string(),
  environment: z.string(),
  from: z
    .union([z.strictObject({ all: z.array(z.string()) }), z.strictObject({ any: z.array(z.string()) })])
    .exactOptional(),
  group: z.string(),
  policy: digest,
  promotions: z.array(promotion),
  digest,
});
const planFile = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  images: z.record(z.string(), z.string().nullable()),
  plans: z.array(plan),
  attempt: z.int().min(2).exactOptional(),
  weights: z.record(z.string(), z.int().min(0)).exactOptional(),
  weighedAt: z.iso.datetime().exactOptional(),
});

/** What `plan --out` writes: the decisions, and how the caller named their images. */
export interface PlanFile {
  readonly environment: string;
  /** By name; the reference where the caller gave one. */
  readonly images: ReadonlyMap<string, string | undefined>;
  readonly plans: readonly Plan[];
  /** The attempt of the CI run that made it; absent in the file for the first. */
  readonly attempt: number;
  /** Bytes that each member still has to copy, by `memberKey`: a hint for shards, in no digest. */
  readonly weights: Weights;
  /** When the bytes were counted; in no digest either. */
  readonly weighedAt?: Date | undefined;
}

/** A plan file's text: JSON, one line feed at the end. */
export function formatPlanFile({
  environment,
  images,
  plans,
  attempt,
  weights,
  weighedAt,
}: PlanFile): string {
  const named = Object.fromEntries([...images].map(([name, reference]) => [name, reference ?? null]));
  const file = {
    version: 1,
    environment,
    images: named,
    plans,
    attempt: attempt === 1 ? undefined : attempt,
    weights: weights.size === 0 ? undefined : Object.fromEntries(weights),
    weighedAt: weights.size === 0 ? undefined : weighedAt?.toISOString(),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Reads a plan file to carry out; throws `INVALID` as `readPlanFile` does, and `USAGE` for a rollback. */
export function parsePlanFile(text: string, path: string): PlanFile {
  const file = readPlanFile(text, path);
  if (file.plans.every(({ kind }) => kind === 'promotion')) return file;
  throw new PromoteError(
    'USAGE',
    `${path}: it is the plan of a rollback, which promote rollback carries out`,
    {
      hint: `approve it with promote approve ${path}, and run promote rollback ${file.environment} again`,
    },
  );
}

/** Reads a plan file; throws `INVALID` if it is not one, or a plan does not match its digest. */
export function readPlanFile(text: string, path: string): PlanFile {
  const hint = 'make it anew with promote plan <environment> --out <file>';
  const read = planFile.safeParse(parseJson(text));
  if (!read.success)
    throw new PromoteError('INVALID', `${path}: not a plan file: ${z.prettifyError(read.error)}`, { hint });
  const { environment, images, plans, attempt = 1, weights = {}, weighedAt } = read.data;
  for (const found of plans) {
    if (namePlan(found).digest === found.digest) continue;
    throw new PromoteError(
      'INVALID',
      `${path}: the plan of group ${found.group} is not what its digest says`,
      { hint },
    );
  }
  const named = Object.entries(images).map(([name, reference]) => [name, reference ?? undefined] as const);
  return {
    environment,
    images: new Map(named),
    plans,
    attempt,
    weights: new Map(Object.entries(weights)),
    weighedAt: weighedAt === undefined ? undefined : new Date(weighedAt),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
