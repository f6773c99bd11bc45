import type { RollbackRequest } from '../apply/rollback/prepare-rollback.ts';
import { PromoteError } from '../errors.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { Format } from '../reports/render.ts';
import { namedPlanArgument } from './argument.ts';
import { gitPerson } from './git-person.ts';
import type { Io } from './io.ts';
import { promotionRequest } from './request.ts';

/** The options that `rollback`, `hold` and `lift` share, as the command line gives them. */
export interface ChangeOptions {
  readonly file: string;
  readonly format: Format;
  readonly requestedBy?: string;
  readonly ticket?: readonly string[] | undefined;
}

/** The options of `rollback`. */
export interface RollbackOptions extends ChangeOptions {
  readonly image: readonly string[];
  readonly to?: string;
  readonly steps?: number;
  readonly force: boolean;
  readonly restore: boolean;
  readonly yes: boolean;
  readonly reason?: string;
  readonly approvedBy: readonly string[];
  readonly planDigest: readonly string[];
  readonly approval?: readonly string[] | undefined;
  /** The path of the plan file for promote approve. */
  readonly out?: string | undefined;
  readonly exitCode: boolean;
}

/** The request for a rollback that the options make. */
export function rollbackRequest(io: Io, environment: string, options: RollbackOptions): RollbackRequest {
  const { to, steps, force, restore, reason, approvedBy } = options;
  if (to !== undefined && steps !== undefined) {
    throw new PromoteError('USAGE', '--to and --steps both say how far back', { hint: 'give one of them' });
  }
  const planDigests = options.planDigest.map(namedPlanArgument);
  const images = new Map(options.image.map(name => [name, undefined]));
  return {
    promotion: { ...changeRequest(io, environment, options), images, approvedBy, planDigests },
    target: to === undefined ? { kind: 'steps', count: steps ?? 1 } : { kind: 'to', text: to },
    force,
    restore,
    ...(reason === undefined ? {} : { reason }),
    by: whoAsks(io, options),
  };
}

/** The request for a run of a command that promotes nothing. */
export function changeRequest(io: Io, environment: string, options: ChangeOptions): PromotionRequest {
  const nothing = { image: [], allowDirect: false, allowBackward: true, approvedBy: [], exitCode: false };
  return promotionRequest(io, environment, { ...nothing, ...options }, new Map());
}

/** The person who sets a hold: the caller's choice, the CI's user, else the person in Git's settings. */
export function whoAsks(io: Io, { requestedBy }: ChangeOptions): string {
  const { env } = io;
  const known = requestedBy || env.GITHUB_ACTOR || env.GITLAB_USER_LOGIN || gitPerson(io)?.name;
  if (known) return known;
  throw new PromoteError('USAGE', 'nothing says who asks for this', {
    hint: 'name them (--requested-by <name>)',
  });
}
