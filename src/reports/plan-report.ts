import type { Environment, Environments } from '../environments/environments.ts';
import type { Hold } from '../environments/holds/holds.ts';
import type { PromoteError } from '../errors.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { stopText } from '../gates/hold.ts';
import type { ImageOutcome } from '../plan/candidates.ts';
import type { Forecast } from '../plan/forecast.ts';
import { commandOn } from '../plan/invocation.ts';
import type { Base } from '../plan/snapshot.ts';
import { countsHeading } from './counts.ts';
import { type Block, line, phrase, type Report } from './document.ts';
import { errorJson } from './failure.ts';
import { forecastBlocks } from './forecast.ts';
import {
  type LateOutcome,
  lateEvidenceBlocks,
  lateEvidenceJson,
  lateStates,
  stateWithLate,
} from './late-evidence.ts';
import { listedBlocks } from './listed.ts';
import { absentBlocks, askAgain, groupBlocks, groupJson, route } from './plan.ts';
import type { Json } from './schemas/parts.ts';
import type { plan } from './schemas/promotions.ts';
import { decidedState, type GroupState } from './states.ts';
import { unifiedDiff } from './unified-diff.ts';

/** The cost of carrying out a plan. */
export interface Cost {
  /** Predicted requests by registry. */
  readonly requests: ReadonlyMap<string, number>;
  /** Images without a prediction, because their source cannot be read: the error by image. */
  readonly unknown: ReadonlyMap<string, PromoteError>;
  /** Manifests that are pulled, by registry. */
  readonly pulls: ReadonlyMap<string, number>;
  /** Requests of the last run, after the shards, by registry. */
  readonly ending: ReadonlyMap<string, number>;
}

/** The input of a plan's report. */
export interface PlanResult {
  readonly environments: Pick<Environments, 'file'>;
  readonly environment: Environment;
  readonly base: Base;
  readonly groups: readonly GroupDecision[];
  /** The pull requests of exactly these plans that people declined, by group. */
  readonly declined: ReadonlyMap<string, Declined>;
  readonly outcomes: readonly ImageOutcome[];
  /** Texts before and after the change, by path, of the files that planned groups change. */
  readonly changes: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  readonly cost: Cost;
  /** The hold that stops all promotions. */
  readonly stop?: Hold | undefined;
  /** Evidence that came to sources after the promotion. */
  readonly evidence: readonly LateOutcome[];
  /** Whether what is promoted was only looked at by tags and lists. */
  readonly byListing?: boolean | undefined;
  /** Set if it was requested. */
  readonly forecast?: Forecast | undefined;
}

/** A pull request that a person closed unmerged. */
export interface Declined {
  readonly url: string;
  readonly by: string | undefined;
}

/** Reports the effects of a plan: promotions, verdicts, the diff, the cost in requests. */
export function planReport(result: PlanResult): Report {
  const { environment, base, groups, changes, cost } = result;
  const late = lateStates(result.evidence);
  const blocks = [
    countsHeading(
      environment.name,
      groups.map(decision => ({ decision, state: stateIn(result, decision) })),
      late,
    ),
    line(
      phrase(route(environment)),
      phrase(`${base.repository} ${base.branch} at ${base.commit.slice(0, 12)}`, 'quiet'),
    ),
    ...stopBlocks(result),
    ...groups.flatMap(group => {
      const declined = result.declined.get(group.group);
      return [
        ...groupBlocks(group, stateWithLate(stateIn(result, group), group.judged, late)),
        ...(declined === undefined ? [] : [declinedBlock(result, declined)]),
      ];
    }),
    ...absentBlocks(result.outcomes),
    ...lateEvidenceBlocks(result.evidence),
    ...listedBlocks(result),
    ...(environment.signing
      ? []
      : [line(phrase('signing is not configured: nothing is signed or recorded', 'wait'))]),
    ...[...changes].map(
      ([path, { before, after }]): Block => ({ kind: 'diff', text: unifiedDiff(path, before, after) }),
    ),
    ...[...cost.unknown].map(([image, { message }]) =>
      line(phrase(image), phrase('cannot be read at its source:', 'bad'), phrase(message)),
    ),
    ...[...cost.requests].map(([registry, requests]) =>
      line(phrase(`about ${requests} requests to ${registry}`, 'quiet')),
    ),
    ...forecastBlocks(result.forecast),
  ];
  return { blocks, json: planJson(result) };
}

function stateIn({ declined }: PlanResult, decision: GroupDecision): GroupState {
  return declined.has(decision.group) ? 'declined' : decidedState(decision);
}

function stopBlocks({ environments, environment: { name }, stop }: PlanResult): readonly Block[] {
  if (stop === undefined) return [];
  const hint = `(to end the stop: ${commandOn(environments, 'lift', name)})`;
  return [line(phrase(stopText(stop), 'bad'), phrase(hint, 'quiet'))];
}

function declinedBlock({ environments, environment: { name } }: PlanResult, { url, by }: Declined): Block {
  const who = by === undefined ? 'a person' : by;
  return {
    kind: 'items',
    items: [
      [phrase(`declined: ${who} closed`), phrase(url), phrase(`(${askAgain(name, environments)})`, 'quiet')],
    ],
  };
}

function planJson(result: PlanResult) {
  const { environment, base, groups, outcomes, changes, cost, evidence, forecast, stop } = result;
  return {
    environment: environment.name,
    base,
    groups: groups.map(group => groupJson(group, stateIn(result, group))),
    absent: outcomes.flatMap(outcome =>
      outcome.kind === 'absent' ? [{ image: outcome.image, reason: outcome.reason }] : [],
    ),
    diff: [...changes].map(([path, { before, after }]) => unifiedDiff(path, before, after)).join('\n'),
    requests: Object.fromEntries(cost.requests),
    unreadable: [...cost.unknown].map(([image, error]) => ({ image, error: errorJson(error) })),
    evidence: lateEvidenceJson(evidence),
    evidenceSearched: result.byListing !== true,
    forecast,
    stop: stop ?? null,
  } satisfies Json<typeof plan>;
}
