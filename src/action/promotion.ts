import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { getInput, getMultilineInput } from '@actions/core';
import { type Share, shareOf } from '../apply/carry-images.ts';
import type { Io } from '../cli/io.ts';
import { promotionRequest } from '../cli/request.ts';
import { PromoteError, reasonOf } from '../errors.ts';
import { parseEvidenceChoice } from '../oci/evidence-choice.ts';
import type { Plan } from '../plan/plan.ts';
import { type PlanFile, parsePlanFile } from '../plan/plan-file.ts';
import type { PromotionRequest } from '../plan/request.ts';
import { MOST_SHARDS, parseShard, type Shard } from '../plan/shards.ts';
import { readFlag } from './flag.ts';
import { readImages } from './images.ts';

/** The request of a step to `promote`. */
export interface AskedPromotion {
  readonly request: PromotionRequest;
  /** Scan reports of this job. */
  readonly reports: readonly string[];
  /** The plans of the input `plan`; no other plan is carried out. */
  readonly expected?: readonly Plan[];
  /** The share whose images alone are copied to their targets. */
  readonly share?: Share | undefined;
  /** The most jobs that share the images. */
  readonly shards: number;
}

/** Reads the inputs of `actions/promote`; throws `USAGE` where they contradict each other. */
export async function readPromotion(io: Io): Promise<AskedPromotion> {
  const environment = getInput('environment', { required: true });
  const images = readImages();
  const file = await readPlan(io);
  if (file !== undefined && (file.environment !== environment || images.size > 0)) {
    throw new PromoteError(
      'USAGE',
      `inputs: the plan is for ${file.environment} and names its images itself`,
      {
        hint: 'leave images out, and give the environment that was planned',
      },
    );
  }
  const requestedBy = getInput('requested-by');
  const options = {
    file: getInput('file'),
    format: 'text' as const,
    image: [],
    allowDirect: readFlag('allow-direct'),
    allowBackward: readFlag('allow-backward'),
    again: readFlag('again'),
    approvedBy: getMultilineInput('approved-by'),
    approval: getMultilineInput('approval'),
    evidence: parseEvidenceChoice(getInput('evidence')),
    planDigest: getMultilineInput('plan-digest'),
    ticket: getMultilineInput('tickets'),
    exitCode: false,
    ...(requestedBy === '' ? {} : { requestedBy }),
  };
  const asked = promotionRequest(io, environment, options, file?.images ?? images);
  const request = { ...asked, earlierAttempt: file?.attempt, plannedAt: file?.weighedAt };
  const share = readShare(file);
  const { count: shards } = shardInput(`1/${getInput('shards')}`);
  const reports = getMultilineInput('report');
  return { request, reports, ...(file === undefined ? {} : { expected: file.plans }), share, shards };
}

function readShare(file: PlanFile | undefined): Share | undefined {
  const only = getInput('only');
  const text = getInput('shard');
  if (only === '' && text === '') return undefined;
  if (only !== 'images' || file === undefined) {
    throw new PromoteError('USAGE', 'inputs: a shard is one of the images of the input plan', {
      hint: 'give plan, only: images, and shard: 3/8',
    });
  }
  return shareOf(file, shardInput(text === '' ? '1/1' : text));
}

function shardInput(text: string): Shard {
  const shard = parseShard(text);
  if (shard !== undefined) return shard;
  throw new PromoteError('USAGE', `inputs: ${text}: expected a shard such as 3/8`, {
    hint: `of ${MOST_SHARDS} at most`,
  });
}

/** Reads a plan's text, or a file's path, since an input holds at most 128 kB. */
async function readPlan({ cwd }: Io): Promise<PlanFile | undefined> {
  const input = getInput('plan');
  if (input === '') return undefined;
  if (input.startsWith('{')) return parsePlanFile(input, 'the input plan');
  const text = await readFile(resolve(cwd, input), 'utf8').catch(cause => {
    const why = reasonOf(cause);
    const message = `inputs: plan: ${input} cannot be read: ${why.text}`;
    throw new PromoteError('USAGE', message, { hint: why.hint, cause });
  });
  return parsePlanFile(text, input);
}
