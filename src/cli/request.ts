import { PromoteError } from '../errors.ts';
import type { EvidenceChoice } from '../oci/evidence-choice.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { FailOnClosed } from '../reports/closed-choice.ts';
import type { Format } from '../reports/render.ts';
import { namedPlanArgument, referenceArgument, ticketArgument } from './argument.ts';
import { runAttempt } from './attempt.ts';
import type { Io } from './io.ts';
import { requester } from './requester.ts';

/** The options that `plan` and `apply` share, as the command line gives them. */
export interface PromotionOptions {
  readonly file: string;
  readonly format: Format;
  readonly image: readonly string[];
  readonly allowDirect: boolean;
  readonly allowBackward: boolean;
  readonly again?: boolean | undefined;
  readonly approvedBy: readonly string[];
  readonly exitCode: boolean;
  readonly failOnClosed?: FailOnClosed | undefined;
  readonly evidence?: EvidenceChoice;
  readonly requestedBy?: string;
  readonly planDigest?: readonly string[];
  readonly ticket?: readonly string[] | undefined;
  /** Files with signed approvals. */
  readonly approval?: readonly string[] | undefined;
}

/** The request for an environment that the options make. `images` replaces `--image`, as a plan file does. */
export function promotionRequest(
  io: Pick<Io, 'cwd' | 'env' | 'invocation'>,
  environment: string,
  options: PromotionOptions,
  images: PromotionRequest['images'] = namedImages(options.image),
): PromotionRequest {
  const { env, invocation } = io;
  const { allowDirect, allowBackward, again, approvedBy, evidence = 'all' } = options;
  return {
    environment,
    images,
    allowDirect,
    allowBackward,
    again,
    approvedBy: approvedBy.map(name => name.trim()).filter(name => name !== ''),
    evidence,
    planDigests: options.planDigest?.map(namedPlanArgument) ?? [],
    attempt: runAttempt(env),
    ...requester(io, options.requestedBy),
    tickets: options.ticket?.map(ticketArgument),
    approvals: handed(io, options.approval),
    runUrl: runUrl(env),
    invocation,
  };
}

/** Reads the approvals only when a gate needs them. */
function handed(io: Pick<Io, 'cwd'>, paths: readonly string[] = []): PromotionRequest['approvals'] {
  if (paths.length === 0) return undefined;
  return async () => (await import('./handed-approvals.ts')).handedApprovals(io, paths);
}

function namedImages(entries: readonly string[]): ReadonlyMap<string, string | undefined> {
  const images = new Map<string, string | undefined>();
  for (const entry of entries) {
    const equals = entry.indexOf('=');
    const name = equals < 0 ? entry : entry.slice(0, equals);
    if (name === '' || images.has(name)) {
      throw new PromoteError(
        'USAGE',
        `--image ${entry}: ${name === '' ? 'no name' : `${name} is named twice`}`,
        {
          hint: 'write --image api or --image api=registry.example.com/build/api:1.2.3, once an image',
        },
      );
    }
    const reference = equals < 0 ? undefined : entry.slice(equals + 1);
    if (reference !== undefined) referenceArgument(reference);
    images.set(name, reference);
  }
  return images;
}

/** The page of this CI run, if the CI has one. */
export function runUrl(env: Io['env']): string | undefined {
  return env.CI_JOB_URL ?? githubRun(env);
}

function githubRun(env: Io['env']): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}
