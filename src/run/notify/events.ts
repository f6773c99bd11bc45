import { groupOnBranch } from '../../environments/commits.ts';
import type { Environment } from '../../environments/environments.ts';
import type { EventKind } from '../../environments/notifications.ts';
import type { GroupDecision } from '../../gates/decide.ts';
import { kindOf } from '../../plan/groups.ts';
import type { GroupResult } from '../../reports/apply.ts';
import type { PromotionEvent } from '../../reports/notifications/event.ts';
import { type PinsResult, pullRequestOf } from '../../reports/pins.ts';
import type { SeenChange } from './watch.ts';

/** The results and changes of a run. */
export interface Happened {
  readonly environment: Pick<Environment, 'name' | 'commits'>;
  readonly repository: string;
  readonly time: Date;
  readonly results: readonly GroupResult[];
  readonly changes: readonly SeenChange[];
  /** Why the run ended without results. */
  readonly failure?: string | undefined;
}

/** The events of a run: each change that it made, and each failure. A group that still waits is no event. */
export function eventsOf(happened: Happened): readonly PromotionEvent[] {
  const { results, changes, failure } = happened;
  const told = new Set<SeenChange>();
  const events = results.flatMap(result => {
    const own = changes.filter(change => isOf(happened.environment, result, change));
    for (const change of own) told.add(change);
    return groupEvents(happened, result, own);
  });
  const others = changes.filter(change => !told.has(change));
  return [
    ...events,
    ...others.map(change =>
      eventOf(happened, undefined, { ...change, group: groupOf(happened.environment, change) }),
    ),
    ...(failure === undefined ? [] : [eventOf(happened, undefined, { kind: 'failed', reason: failure })]),
  ];
}

function groupEvents(
  happened: Happened,
  { decision, done, pins, failed }: GroupResult,
  changes: readonly SeenChange[],
): readonly PromotionEvent[] {
  const ended = done?.pins ?? pins;
  return [
    ...changes.map(change => eventOf(happened, decision, change)),
    ...withoutForge(ended).map(change => eventOf(happened, decision, change)),
    ...(failed === undefined
      ? []
      : [eventOf(happened, decision, { kind: 'failed', reason: failed.message })]),
  ];
}

/** Commits without a pull request. */
function withoutForge(pins: PinsResult | undefined): readonly Part[] {
  if (pins?.kind === 'committed') return [{ kind: 'merged', commit: pins.commit }];
  if (pins?.kind === 'proposed' && pins.pullRequest === undefined)
    return [{ kind: 'opened', commit: pins.commit }];
  return [];
}

interface Part {
  readonly kind: Exclude<EventKind, 'rolled-back'>;
  readonly group?: string | undefined;
  readonly url?: string | undefined;
  readonly commit?: string | undefined;
  readonly reason?: string | undefined;
}

function eventOf(
  { environment, repository, time }: Happened,
  decision: GroupDecision | undefined,
  { kind, group = decision?.group, url, commit, reason }: Part,
): PromotionEvent {
  const isRollback = group !== undefined && kindOf(group) === 'rollback';
  return {
    kind: isRollback && kind === 'merged' ? 'rolled-back' : kind,
    isRollback,
    time: time.toISOString(),
    repository,
    environment: environment.name,
    group,
    plan: decision && 'plan' in decision ? decision.plan.digest : undefined,
    images: (decision?.judged ?? []).map(({ image, candidate }) => ({
      image,
      tag: candidate?.targets[0]?.tags[0]?.name,
      digest: candidate?.digest,
    })),
    url,
    commit,
    reason,
  };
}

function isOf(
  environment: Happened['environment'],
  { decision, done, pins }: GroupResult,
  change: SeenChange,
): boolean {
  const number = pullRequestOf(done?.pins ?? pins)?.number;
  return change.number === number || groupOf(environment, change) === decision.group;
}

function groupOf(environment: Happened['environment'], { branch }: SeenChange): string | undefined {
  return branch === undefined ? undefined : groupOnBranch(environment, branch);
}
