import type { PinsResult, PullRequestLink, RunState } from './apply.ts';
import { type Phrase, phrase } from './document.ts';

/** What a group came to whose pins came to this: they may still await a merge, or need a person. */
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

/** One line: where the pins are, and where to read about it. */
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

/** The pull request that the pins are in, or were. */
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
