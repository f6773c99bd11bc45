import type { Environment } from '../environments/environments.ts';
import type { GroupDecision } from '../gates/decide.ts';
import type { ImageOutcome } from '../plan/candidates.ts';
import type { Base } from '../plan/snapshot.ts';
import { type Block, heading, line, type Phrase, phrase, type Report } from './document.ts';
import { absentBlocks, groupBlocks, groupJson, route, STATE_TONES, STATE_WORDS } from './plan.ts';

/** What a run of `apply` says of one group. */
export interface GroupResult {
  readonly decision: GroupDecision;
  /** Absent where the gates did not let the group through. */
  readonly done?: {
    readonly copied: number;
    readonly present: number;
    readonly pins: PinsResult;
  };
}

/** Where the pins went. `awaiting` is a branch that held them already. */
export type PinsResult =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'committed' | 'proposed' | 'awaiting';
      readonly branch: string;
      readonly commit: string;
    };

/** What `apply` found and did. */
export interface ApplyResult {
  readonly environment: Environment;
  readonly base: Base;
  readonly state: RunState;
  readonly groups: readonly GroupResult[];
  readonly outcomes: readonly ImageOutcome[];
}

/** The state of a whole run, the worst of its groups. */
export type RunState = 'done' | 'waiting' | 'closed' | 'nothing';

/** Says what was done, what waits, and where to look. */
export function applyReport({ environment, base, state, groups, outcomes }: ApplyResult): Report {
  const blocks = [
    heading(phrase(route(environment)), phrase(STATE_WORDS[state], STATE_TONES[state])),
    ...groups.flatMap(({ decision, done }): readonly Block[] => [
      ...groupBlocks(decision, done && doneState(done.pins)),
      ...(done === undefined
        ? []
        : [{ kind: 'items', items: [copiesItem(done), pinsItem(done.pins)] } as const]),
    ]),
    ...absentBlocks(outcomes),
    ...(groups.length === 0 ? [line(phrase('no image to promote', 'quiet'))] : []),
  ];
  const json = {
    environment: environment.name,
    state,
    base,
    groups: groups.map(({ decision, done }) => ({ ...groupJson(decision), result: done ?? null })),
    absent: outcomes.flatMap(outcome =>
      outcome.kind === 'absent' ? [{ image: outcome.image, reason: outcome.reason }] : [],
    ),
  };
  return { blocks, json };
}

/** What became of a group whose gates were open: its pins may still await a merge. */
export function doneState({ kind }: PinsResult): 'done' | 'waiting' {
  return kind === 'proposed' || kind === 'awaiting' ? 'waiting' : 'done';
}

function copiesItem({
  copied,
  present,
}: {
  readonly copied: number;
  readonly present: number;
}): readonly Phrase[] {
  const there = present === 0 ? '' : `, ${present} already there`;
  return [phrase(`  images: ${copied} copied${there}`)];
}

function pinsItem(pins: PinsResult): readonly Phrase[] {
  switch (pins.kind) {
    case 'unchanged':
      return [phrase('  pins: right already')];
    case 'committed':
      return [phrase(`  pins: committed to ${pins.branch}`), commit(pins.commit)];
    case 'proposed':
      return [phrase(`  pins: branch ${pins.branch} is ready for review`), commit(pins.commit)];
    case 'awaiting':
      return [phrase(`  pins: branch ${pins.branch} awaits its merge`, 'wait'), commit(pins.commit)];
  }
}

function commit(name: string): Phrase {
  return phrase(name.slice(0, 12), 'quiet');
}
