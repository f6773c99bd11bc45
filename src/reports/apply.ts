import type { Environment } from '../environments/environments.ts';
import type { PromoteError } from '../errors.ts';
import type { GroupDecision } from '../gates/decide.ts';
import type { ImageOutcome } from '../plan/candidates.ts';
import type { Shard } from '../plan/shards.ts';
import type { Base } from '../plan/snapshot.ts';
import { countsHeading } from './counts.ts';
import { type Block, line, type Phrase, phrase, type Report } from './document.ts';
import { errorJson, failureItem } from './failure.ts';
import {
  type LateOutcome,
  lateEvidenceBlocks,
  lateEvidenceJson,
  lateStates,
  stateWithLate,
} from './late-evidence.ts';
import { doneState, type PinsResult, pinsItem, type RunState } from './pins.ts';
import { absentBlocks, groupBlocks, groupJson, groupTitle, route } from './plan.ts';
import type { Json } from './schemas/parts.ts';
import type { apply, groupResult } from './schemas/promotions.ts';
import { decidedState, type GroupState, STATE_TONES, STATE_WORDS } from './states.ts';

/** The result of `apply` for one group. */
export interface GroupResult {
  readonly decision: GroupDecision;
  /** Absent if the gates were not open. */
  readonly done?: {
    readonly copied: number;
    readonly present: number;
    readonly pins: PinsResult;
  };
  /** The images that a shard copied to the targets; they have no tag, record or pin yet. */
  readonly brought?: {
    readonly copied: number;
    readonly present: number;
    readonly images: readonly string[];
    readonly shard: Shard;
  };
  /** The outcome for the pins, or for the pull request, if gates are not open. */
  readonly pins?: PinsResult | undefined;
  /** The error that ended it; the next run continues from there. */
  readonly failed?: PromoteError;
}

/** The result of `apply`. */
export interface ApplyResult {
  readonly environment: Environment;
  readonly base: Base;
  readonly state: RunState;
  readonly groups: readonly GroupResult[];
  readonly outcomes: readonly ImageOutcome[];
  /** Evidence that came to sources after the promotion; absent: it was not looked for. */
  readonly evidence?: readonly LateOutcome[] | undefined;
}

/** Reports what was done, what waits, and where to look. */
export function applyReport(result: ApplyResult): Report {
  const { environment, state, groups, outcomes, evidence = [] } = result;
  const late = lateStates(evidence);
  const blocks = [
    countsHeading(
      environment.name,
      groups.map(group => ({ decision: group.decision, state: shownState(group) })),
      late,
    ),
    line(phrase(route(environment)), phrase(STATE_WORDS[state], STATE_TONES[state])),
    ...groups.flatMap(group => groupResultBlocks(group, late)),
    ...absentBlocks(outcomes),
    ...lateEvidenceBlocks(evidence),
  ];
  return { blocks, json: applyJson(result) };
}

/** The result of `apply`, for programs. */
export function applyJson({ environment, base, state, groups, outcomes, evidence = [] }: ApplyResult) {
  return {
    environment: environment.name,
    state,
    base,
    groups: groups.map(groupResultJson),
    evidence: lateEvidenceJson(evidence),
    absent: outcomes.flatMap(outcome =>
      outcome.kind === 'absent' ? [{ image: outcome.image, reason: outcome.reason }] : [],
    ),
  } satisfies Json<typeof apply>;
}

/** The state of a group: that of its pins if there is one, else that of its gates. */
export function groupState({ decision, done, brought, pins, failed }: GroupResult): RunState {
  if (failed !== undefined) return 'failed';
  // A shard's group still waits for the run that carries out the whole plan.
  if (brought !== undefined) return 'waiting';
  const result = done?.pins ?? pins;
  const decided = decidedState(decision);
  const state = result === undefined ? decided : doneState(result);
  if (state === 'waiting' && decided === 'closed') return 'closed';
  return state === 'ready' ? 'nothing' : state;
}

/** The result of a group, for people. */
export function groupResultBlocks(
  group: GroupResult,
  late: ReturnType<typeof lateStates> = new Map(),
): readonly Block[] {
  const { decision, done, brought, pins, failed } = group;
  const items = [
    ...(failed === undefined ? [] : [failureItem(failed)]),
    ...(done === undefined ? [] : [copiesItem(done), pinsItem(done.pins)]),
    ...(brought === undefined ? [] : [copiesItem(brought), broughtItem(brought)]),
    ...(pins === undefined ? [] : [pinsItem(pins)]),
  ];
  if (items.length === 0)
    return groupBlocks(decision, stateWithLate(decidedState(decision), decision.judged, late));
  return [...groupBlocks(decision, shownState(group)), { kind: 'items', items }];
}

/** The state of a group as people read it. */
function shownState(group: GroupResult): GroupState {
  return group.pins?.kind === 'declined' ? 'declined' : groupState(group);
}

/** The result of a group, for programs. */
export function groupResultJson({ decision, done, brought, pins, failed }: GroupResult) {
  return {
    ...groupJson(decision, pins?.kind === 'declined' ? 'declined' : decidedState(decision)),
    result: done ?? brought ?? (pins === undefined ? null : { pins }),
    error: errorJson(failed),
  } satisfies Json<typeof groupResult>;
}

/** A group's results: one item for its images, and one for its pins. */
export function doneItems(done: NonNullable<GroupResult['done']>): readonly (readonly Phrase[])[] {
  return [copiesItem(done), pinsItem(done.pins)];
}

function copiesItem({
  copied,
  present,
}: Pick<NonNullable<GroupResult['done']>, 'copied' | 'present'>): readonly Phrase[] {
  const there = present === 0 ? '' : `, ${present} already there`;
  return [phrase(`images: ${copied} copied${there}`)];
}

function broughtItem({ images, shard }: NonNullable<GroupResult['brought']>): readonly Phrase[] {
  const share = `shard ${shard.index}/${shard.count}: ${images.length} of the plan's images`;
  return [
    phrase(share, 'wait'),
    phrase('without tag, record and pin until apply --plan has carried out the whole plan;'),
    phrase('a clean-up must leave untagged images until then'),
  ];
}

/** The failures of a group, one line each: the image or group, the error, and what to do next. */
export function failureTexts({ decision, failed }: GroupResult): readonly string[] {
  const ofImages = decision.judged.flatMap(({ image, failure }) => (failure ? [text(image, failure)] : []));
  return failed === undefined ? ofImages : [...ofImages, text(groupTitle(decision), failed)];
}

function text(subject: string, { message, hint }: PromoteError): string {
  return `${subject}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
