import type { Environments } from '../environments/environments.ts';
import type { EvidenceChoice } from '../oci/evidence-choice.ts';
import { commandOn, type Invocation, sameCommand, withoutOptions } from './invocation.ts';
import type { NamedPlan } from './named-plan.ts';
import type { Plan } from './plan.ts';

/** Who asked for a promotion; `id` is the forge's, absent where only a name is known. */
export interface Requester {
  readonly id?: string | undefined;
  readonly name: string;
}

/** A bundle with a signed approval, and the file that it is from. */
export interface HandedApproval {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A caller's request for one environment. */
export interface PromotionRequest {
  readonly environment: string;
  /** Images by name; with a reference, the build or source to take. Empty: every image. */
  readonly images: ReadonlyMap<string, string | undefined>;
  readonly allowDirect: boolean;
  readonly allowBackward: boolean;
  readonly approvedBy: readonly string[];
  /** Reads the signed approvals that the caller hands over; absent: there are none. */
  readonly approvals?: (() => Promise<readonly HandedApproval[]>) | undefined;
  /** Whether what a person declined is proposed again. */
  readonly again?: boolean | undefined;
  readonly evidence: EvidenceChoice;
  /** Completes what is pinned already and promotes nothing; every part of the images is checked. */
  readonly repair?: boolean;
  /**
   * Whether what is promoted counts by tags and lists of evidence alone. Signatures and records that a list names as
   * ours are not read then, and no newer evidence is looked for.
   */
  readonly byListing?: boolean | undefined;
  /** Who asked: the name that the caller gives, else who started the run; only for people to read. */
  readonly requestedBy?: string | undefined;
  /** Everyone who asked for it in this run: named, or having started or re-run it. */
  readonly requesters?: readonly Requester[] | undefined;
  /** Digests of plans that an earlier job of this CI run named, and its protected environment approved. */
  readonly planDigests?: readonly NamedPlan[];
  /** Those plans, as far as they were passed in full. */
  readonly earlierPlans?: readonly Plan[];
  /** The attempt of the CI run in which those plans were made; default: the first. */
  readonly earlierAttempt?: number | undefined;
  /** When the plan file whose images shards copied was made; absent: there is none. */
  readonly plannedAt?: Date | undefined;
  /** The attempt of the CI run that this job is part of; default: the first. */
  readonly attempt?: number | undefined;
  /** The command that started the run; absent: `promote apply <environment>`. */
  readonly invocation?: Invocation | undefined;
  /** Keys of the tickets that it is for. */
  readonly tickets?: readonly string[] | undefined;
  /** The page of this run. */
  readonly runUrl?: string | undefined;
}

/** The command to type to run the same again, with further options. */
export function againWith(request: Started, ...further: readonly string[]): string {
  return sameCommand(invocationOf(request), ...further);
}

/** The command to run the same again, with other options in place of those of these names. */
export function againInstead(
  request: Started,
  flags: readonly string[],
  ...further: readonly string[]
): string {
  return sameCommand(withoutOptions(invocationOf(request), ...flags), ...further);
}

/**
 * The command that writes the request's plans to a file. `undefined` if no image and no option was named,
 * since each plan is then made again by its digest alone.
 */
export function writingPlans(
  environments: Pick<Environments, 'file'>,
  request: Started & Pick<PromotionRequest, 'images' | 'allowDirect' | 'allowBackward'>,
  kind: 'promotion' | 'rollback',
): string | undefined {
  const out = ['--out', 'plan.json'];
  if (kind === 'rollback') return againWith(request, ...out);
  const { environment, images, allowDirect, allowBackward } = request;
  const options = [
    ...[...images].flatMap(([name, reference]) => [
      '--image',
      reference === undefined ? name : `${name}=${reference}`,
    ]),
    ...(allowDirect ? ['--allow-direct'] : []),
    ...(allowBackward ? ['--allow-backward'] : []),
  ];
  return options.length === 0 ? undefined : commandOn(environments, 'plan', environment, ...options, ...out);
}

type Started = Pick<PromotionRequest, 'invocation' | 'environment'>;

function invocationOf({ invocation, environment }: Started): Invocation {
  return invocation ?? { words: ['apply', environment], options: [] };
}
