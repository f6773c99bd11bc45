import type { PullRequestSettings } from '../environments/environments.ts';
import type { HoldChange } from '../environments/holds/hold-changes.ts';
import { isOverride, isStop } from '../environments/holds/holds.ts';
import type { Candidate } from '../plan/candidates.ts';
import { movedImages } from '../plan/commit-message.ts';
import { kindOf } from '../plan/groups.ts';
import { outside, section } from './pull-request-text.ts';

/** The facts that the texts depend on. */
export interface Worded {
  readonly environment: string;
  readonly group: string;
  readonly candidates: readonly Candidate[];
  readonly holds: readonly HoldChange[];
  readonly merge: PullRequestSettings['merge'];
  /** The status that turns green once the images are at their targets. */
  readonly status: string;
  readonly isSigned: boolean;
  /** Whether every gate is open, so only the merge is left. */
  readonly isReady: boolean;
}

/** The texts that differ between pull requests for promotions, adoptions, rollbacks, holds and releases. */
export interface PullRequestWords {
  /** The text before the images. */
  readonly summary: readonly string[];
  /** The title above the commits. */
  readonly commits: string;
  /** What happens next, and how to undo it. */
  readonly tail: readonly string[];
}

/** The words of a group's pull request. */
export function wordsFor(view: Worded): PullRequestWords {
  const { group, candidates } = view;
  switch (kindOf(group)) {
    case 'promotion':
      return candidates.length > 0 && candidates.every(({ edits }) => edits.length === 0)
        ? adoption(view)
        : promotion(view);
    case 'rollback':
      return rollback(view);
    case 'hold':
      return hold(view);
  }
}

function promotion(view: Worded): PullRequestWords {
  const { environment, isSigned, candidates } = view;
  const merged = whenMerged(view, 'the deployment files pin the new digests from that commit on');
  return {
    summary: [`**Promotes ${outside(movedImages(candidates))} to ${environment}.**`, ''],
    commits: 'Commits',
    tail: [
      ...section('What happens', [`${onceOpen(view, `the images are ${done(isSigned)}`)} ${merged}`]),
      ...section('Decline', [
        `Close it unmerged. This plan is proposed no more until somebody runs \`promote apply ${environment} --again\`. Newer digests are proposed as before.`,
      ]),
      ...section('Roll back', [
        `\`promote rollback ${environment}\` reverts the pins; the images that they name are still there.`,
      ]),
    ],
  };
}

function adoption({ environment, isSigned }: Worded): PullRequestWords {
  return {
    summary: [`**The files of ${environment} pin these images already; no file changes.**`, ''],
    commits: 'Commits',
    tail: section('What happens', [
      `Review it as any promotion: once every gate is open, the images are ${done(isSigned)}, and promote closes this pull request. There is nothing to merge.`,
      '',
      'Close it to leave them as they are.',
    ]),
  };
}

function rollback(view: Worded): PullRequestWords {
  const { environment, isSigned, candidates } = view;
  const there = `the images it rolls back to are at their targets${isSigned ? ', signed and recorded' : ''}`;
  const merged = whenMerged(view, 'the deployment files pin from that commit on what they pinned before');
  return {
    summary: [
      `**Rolls ${environment} back to what it ran before: ${outside(movedImages(candidates))}.**`,
      '',
    ],
    commits: 'Reverted commits',
    tail: [
      ...section('What happens', [
        `${onceOpen(view, there)} ${merged} What it takes away is held out of later promotions.`,
      ]),
      ...section('Decline', [
        'Close it unmerged: the pins stay as they are, and it stays closed until somebody asks for a rollback again.',
      ]),
      ...section('Release', [
        `\`promote lift ${environment} <image>\` releases it; a newer digest is promoted without that.`,
      ]),
    ],
  };
}

function hold(view: Worded): PullRequestWords {
  const { environment, holds, status } = view;
  if (holds.length > 0 && holds.every(change => isOverride(change.hold))) return freezeOverride(view);
  const isStopped = holds.some(change => change.kind === 'held' && isStop(change.hold));
  const counts = isStopped ? 'it counts already, until this is closed' : 'it counts from that commit on';
  const merged = whenMerged({ ...view, isReady: true }, counts);
  const isHeld = holds.some(({ kind }) => kind === 'held');
  const back = isHeld
    ? section('Release', [
        isStopped
          ? `\`promote lift ${environment}\` ends it. So does who closes this pull request while it is open.`
          : `\`promote lift ${environment} <image>\` releases it.`,
      ])
    : section('Hold', [`\`promote hold ${environment} <image>\` holds it again.`]);
  const what = isHeld
    ? 'Promotions of what is held are closed, and what runs now keeps running.'
    : 'It is promoted next, through the gates as any other.';
  return {
    summary: [`**Changes what may come into ${environment}; no image and no pin moves.**`],
    commits: 'Commits',
    tail: [...section('What happens', [`\`${status}\` is green. ${merged} ${what}`]), ...back],
  };
}

/** The words where one plan may pass a freeze, or no longer may. */
function freezeOverride(view: Worded): PullRequestWords {
  const { environment, holds, status } = view;
  const given = holds.filter(({ kind }) => kind === 'held');
  const merged = whenMerged({ ...view, isReady: true }, 'the entry counts from that commit on');
  const asked = `with the approvals that \`freeze.override\` of ${environment} asks for`;
  const happens =
    given.length > 0
      ? `${merged} It opens the freeze ${asked}. Those of this pull request count, before its merge and after it.`
      : `${merged} The plan waits for the freeze again.`;
  const ends = given.map(
    ({ hold: { digest } }) =>
      `\`promote lift ${environment} --override freeze --digest ${digest}\` ends it early.`,
  );
  return {
    summary: [`**Changes which plan may pass the freeze of ${environment}; no image and no pin moves.**`],
    commits: 'Commits',
    tail: [
      ...section('What happens', [`\`${status}\` is green. ${happens}`]),
      ...(ends.length === 0 ? [] : section('End', ends)),
    ],
  };
}

function onceOpen({ status, isReady }: Worded, what: string): string {
  return isReady
    ? `Every gate is open: ${what}, and \`${status}\` is green.`
    : `Once every gate is open, ${what}, and \`${status}\` turns green.`;
}

function whenMerged({ merge, isReady }: Worded, what: string): string {
  if (merge.kind === 'manual') return `${isReady ? 'Merge it' : 'Merge it then'}: ${what}.`;
  return `${isReady ? 'Promote' : 'Then promote'} merges it (${merge.method}): ${what}.`;
}

function done(isSigned: boolean): string {
  return isSigned ? 'copied, signed, recorded and tagged' : 'copied and tagged';
}
