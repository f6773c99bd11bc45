import { type Phrase, phrase } from './document.ts';

/**
 * The outcome for the pins. `awaiting`: a branch contains them already. `declined`: a person closed the pull
 * request of this plan. `closed`: promote closed it, since nothing is left to do. `stopped`: the branch or a
 * gate needs a person.
 */
export type PinsResult =
  | {
      readonly kind: 'unchanged';
      /** A pull request that was merged before everything was present at its targets. */
      readonly mergedEarly?: PullRequestLink;
    }
  | {
      readonly kind: 'committed' | 'proposed' | 'awaiting' | 'merged';
      readonly branch: string;
      readonly commit: string;
      readonly pullRequest?: PullRequestLink;
      readonly note?: string;
    }
  | {
      readonly kind: 'declined';
      readonly pullRequest: PullRequestLink;
      /** Who declined it, if the forge says so. */
      readonly by?: string | undefined;
      /** The command that proposes it again; absent if the same command does. */
      readonly hint?: string | undefined;
    }
  | {
      readonly kind: 'closed';
      readonly pullRequest: PullRequestLink;
      /** Why promote closed it; absent: nothing is left to do. */
      readonly reason?: string | undefined;
    }
  | {
      readonly kind: 'stopped';
      readonly reason: string;
      readonly branch: string;
      readonly pullRequest?: PullRequestLink;
    };

/** A link to a pull request. */
export interface PullRequestLink {
  readonly number: number;
  readonly url: string;
}

/** The state of a whole run, which is the worst of its groups' states. */
export type RunState = 'done' | 'waiting' | 'closed' | 'failed' | 'nothing';

/** The state of a group after this outcome. Its pins may wait for a merge, or need a person. */
export function doneState({ kind }: PinsResult): RunState {
  switch (kind) {
    case 'proposed':
    case 'awaiting':
      return 'waiting';
    case 'stopped':
      return 'closed';
    case 'declined':
      return 'nothing';
    case 'unchanged':
    case 'committed':
    case 'merged':
    case 'closed':
      return 'done';
  }
}

/** One line with the place of the pins, and a link. */
export function pinsItem(pins: PinsResult): readonly Phrase[] {
  switch (pins.kind) {
    case 'unchanged':
      return pins.mergedEarly === undefined
        ? [phrase('pins: right already')]
        : [
            phrase('pins: merged although something was missing at the targets, repaired now', 'wait'),
            link(pins.mergedEarly),
          ];
    case 'committed':
      return [phrase(`pins: committed to ${pins.branch}`), commit(pins.commit)];
    case 'merged':
      return [phrase(`pins: merged from ${pins.branch}`), ...place(pins)];
    case 'proposed':
      return [phrase(`pins: branch ${pins.branch} is ready for review`), ...place(pins)];
    case 'awaiting':
      return [phrase(`pins: branch ${pins.branch} awaits its merge`, 'wait'), ...place(pins)];
    case 'declined':
      return [
        phrase(`pins: ${pins.by ?? 'a person'} closed the pull request of this plan`, 'quiet'),
        link(pins.pullRequest),
        ...(pins.hint === undefined ? [] : [phrase(`(${pins.hint})`, 'quiet')]),
      ];
    case 'closed':
      return [
        phrase(`pins: ${pins.reason ?? 'nothing is left to promote'}, pull request closed`),
        link(pins.pullRequest),
      ];
    case 'stopped':
      return [
        phrase(`pins: stopped: ${pins.reason}`, 'bad'),
        ...(pins.pullRequest === undefined ? [] : [link(pins.pullRequest)]),
      ];
  }
}

/** The pull request of the pins, if there is one. */
export function pullRequestOf(pins: PinsResult | undefined): PullRequestLink | undefined {
  return pins?.kind === 'unchanged' ? pins.mergedEarly : pins?.pullRequest;
}

function place({
  commit: name,
  pullRequest,
  note,
}: Extract<PinsResult, { readonly commit: string }>): readonly Phrase[] {
  return [
    commit(name),
    ...(pullRequest === undefined ? [] : [link(pullRequest)]),
    ...(note === undefined ? [] : [phrase(`(${note})`, 'wait')]),
  ];
}

function commit(name: string): Phrase {
  return phrase(name.slice(0, 12), 'quiet');
}

function link({ url }: PullRequestLink): Phrase {
  return phrase(url);
}
