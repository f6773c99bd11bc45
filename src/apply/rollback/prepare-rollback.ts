import type { Environment, Environments } from '../../environments/environments.ts';
import type { Hold } from '../../environments/holds/holds.ts';
import { environmentNamed } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { ReviewFacts } from '../../gates/approvals.ts';
import type { GroupDecision } from '../../gates/decide.ts';
import type { Candidate } from '../../plan/candidates.ts';
import type { HistoryEvent } from '../../plan/history.ts';
import { asProposed, holdingAll, rollbackHolds } from '../../plan/holds/rollback-holds.ts';
import { unreadableText } from '../../plan/image-pins.ts';
import { parseInstant } from '../../plan/instant.ts';
import { commandOn } from '../../plan/invocation.ts';
import type { PromotionRequest } from '../../plan/request.ts';
import { type PinToRollBack, pinsToRollBack, rollbackCandidates, undoneEvents } from '../../plan/rollback.ts';
import { type RollbackTarget, type UndoneChanges, undoneChanges } from '../../plan/rollback-target.ts';
import type { Base, ImagePin } from '../../plan/snapshot.ts';
import type { GroupChange } from '../../proposals/group-change.ts';
import { judgeGroup } from '../../proposals/judge-group.ts';
import type { Proposal } from '../../proposals/proposal.ts';
import type { PinnedFiles } from '../../proposals/run.ts';
import { branchOf } from '../../proposals/run.ts';
import type { Effects } from '../../run/effects.ts';
import { readHistory } from '../../run/history/history.ts';
import { HISTORY_LIMIT } from '../../run/read-pins.ts';
import { asking, beginRun, type Run } from '../../run/run.ts';
import { type JudgedRollback, judgeRollback } from './judge-rollback.ts';
import type { Restore } from './restore.ts';

/** A request for a rollback. */
export interface RollbackRequest {
  /** The request as for any run. */
  readonly promotion: PromotionRequest;
  readonly target: RollbackTarget;
  /** Whether later manual edits are reverted too. */
  readonly force: boolean;
  /** Whether images that the environment's registries lost are restored from other repositories. */
  readonly restore: boolean;
  readonly reason?: string | undefined;
  /** Who sets the holds. */
  readonly by: string;
  /** The earlier proposal's group name and holds. */
  readonly proposed?: { readonly group: string; readonly holds: string | undefined } | undefined;
}

/** A rollback with its decision, before it is carried out. */
export interface PreparedRollback {
  readonly run: Run;
  readonly environment: Environment;
  readonly base: Base;
  readonly decision: GroupDecision;
  readonly change: GroupChange;
  /** The commits that the rollback reverts, newest first. */
  readonly undone: readonly HistoryEvent[];
  readonly restores: readonly Restore[];
  /** The holds that it sets. */
  readonly holds: readonly Hold[];
  /** The rollback's pull request, if there is one. */
  readonly found: Proposal | undefined;
}

/**
 * Finds a rollback's changes, checks that its images are complete, and judges its gates. Throws `NOT_FOUND`
 * if there is no earlier state or an image is gone. Throws `SIGNATURE` if one is not signed by us, and
 * `USAGE` for a future time.
 */
export async function prepareRollback(
  effects: Effects,
  environments: Environments,
  asked: RollbackRequest,
): Promise<PreparedRollback> {
  const { promotion, target } = asked;
  const { rollback } = environmentNamed(environments, promotion.environment);
  if (target.kind === 'to') assertPast(target.text, effects.now());
  const run = await beginRun(effects, environments, promotion, { approval: rollback?.approval });
  return await prepareRollbackIn(run, asked);
}

/** Prepares a rollback in a run that has begun. */
export async function prepareRollbackIn(given: Run, asked: RollbackRequest): Promise<PreparedRollback> {
  const { promotion, proposed } = asked;
  const run = asking(given, promotion);
  const { effects, environment, base } = run;
  const { judge, members, restores, undone } = await decideRollback(run, asked);
  const holds = asProposed(rollbackHolds(environment, members, asked, effects.now()), proposed?.holds);
  const { decision } = judge;
  const change: GroupChange = {
    group: decision.group,
    members: 'members' in decision ? decision.members : [],
    approval: environment.rollback?.approval,
    editHolds: text => holdingAll(environment, members, asProposed(holds, text)),
    reverts: undone,
  };
  // The image filter is left out, so that an open branch is rebuilt as a whole.
  const whole = asking(run, { images: new Map() });
  const judged = await judgeReviews(whole, judge, change, proposed !== undefined);
  return { ...judged, run: whole, environment, base, change, undone, restores, holds };
}

/** The rollback's change and decision before any review. Throws as `prepareRollback` does. */
export async function decideRollback(run: Run, asked: RollbackRequest): Promise<DecidedRollback> {
  const { promotion, target, force, restore, proposed } = asked;
  const { effects, environments, environment, files } = run;
  const { events, changes } = await readUndone(files, target, promotion.images, async limit =>
    readHistory(environments, environment, files, { limit }),
  ).catch(error => {
    if (!(error instanceof PromoteError) || error.code !== 'NOT_FOUND') throw error;
    const hint = `${commandOn(environments, 'history', environment.name)} lists what there was, with commits, times and versions`;
    throw new PromoteError(error.code, error.message, { hint, cause: error });
  });
  const rollingBack = pinsToRollBack(events, changes);
  if (changes.moves.length > 0 && rollingBack.length === 0) throw nothingBefore(run);

  const there = rollingBack.filter(pin => isThere(pin, files.pins));
  for (const { image, file, locator } of rollingBack.filter(pin => !there.includes(pin))) {
    effects.log(`${file} ${locator} does not pin ${image} any more, and is left as it is`);
  }

  const { preflight, withDigests } = await import('./preflight.ts');
  const dated = await withDigests(run, there);
  const notices = files.unreadable.map(
    ({ error }) => `may hold a pin, cannot be read and is left as it is: ${unreadableText(error)}`,
  );
  const platforms = environment.platformTags?.some(({ moves }) => moves)
    ? await (await import('../../facts/read-platforms.ts')).readTargetPlatforms(run, dated)
    : undefined;
  const members = rollbackCandidates(environments, environment, files.pins, dated, platforms).map(member => ({
    ...member,
    notices: [...member.notices, ...notices],
  }));
  const restores = await preflight(run, members, restore);
  const judge = await judgeRollback(run, members, force ? [] : there, { group: proposed?.group, restores });
  return { judge, members, restores, undone: undoneEvents(changes, members) };
}

interface DecidedRollback extends Pick<PreparedRollback, 'restores' | 'undone'> {
  readonly judge: JudgedRollback;
  readonly members: readonly Candidate[];
}

/** A rollback's decision with the reviews of its pull request counted. */
async function judgeReviews(
  run: Run,
  { decision, reviewed, ...book }: JudgedRollback,
  change: GroupChange,
  wasProposed: boolean,
): Promise<{ readonly decision: GroupDecision; readonly found: Proposal | undefined }> {
  const { forge, base } = run;
  // Without pins to change, the group has no name and so no pull request.
  const isUnnamed = decision.state === 'nothing' && !wasProposed;
  if (forge === undefined || isUnnamed) return { decision, found: undefined };
  const pullRequest = await forge.pullRequests.find(branchOf(run, decision.group), base.branch);
  // The rollback was requested again, so a proposal that somebody closed earlier does not count.
  const isOver = pullRequest?.state === 'closed' && !wasProposed;
  if (pullRequest === undefined || isOver) return { decision, found: undefined };
  const decided = { ...book, reviewed: (_: string, reviews: ReviewFacts) => reviewed(reviews) };
  const judged = await judgeGroup({ ...run, forge }, { decision, change }, pullRequest, decided);
  return { decision: judged.decision, found: judged.proposal };
}

function assertPast(text: string, now: Date): void {
  const time = parseInstant(text);
  if (time === undefined || time <= now) return;
  throw new PromoteError('USAGE', `roll back to ${text}: that is still to come`, {
    hint: 'a time without a zone is in UTC',
  });
}

function isThere({ image, file, locator }: PinToRollBack, pins: readonly ImagePin[]): boolean {
  return pins.some(
    known => known.image === image && known.pin.file === file && known.pin.locator === locator,
  );
}

function nothingBefore({ environments, environment: { name } }: Run): PromoteError {
  return new PromoteError(
    'NOT_FOUND',
    `roll ${name} back: its pins came with that change and held nothing before`,
    {
      hint: `${commandOn(environments, 'history', name)} shows what there is to roll back to`,
    },
  );
}

/** The events that may be meant, newest first, and the changes that the rollback reverts. */
interface UndoneHistory {
  readonly events: readonly HistoryEvent[];
  readonly changes: UndoneChanges;
}

/**
 * Finds the changes to revert in the history of the wanted images: first in its newest part, then in all of
 * it. Throws `NOT_FOUND` if the target is not there.
 */
export async function readUndone(
  files: Pick<PinnedFiles, 'repository' | 'head'>,
  target: RollbackTarget,
  wanted: ReadonlyMap<string, unknown>,
  read: (limit: number | undefined) => Promise<readonly HistoryEvent[]>,
): Promise<UndoneHistory> {
  const newest = await read(HISTORY_LIMIT);
  try {
    return await find(newest);
  } catch (error) {
    const isAll = newest.length < HISTORY_LIMIT;
    if (isAll || !(error instanceof PromoteError) || error.code !== 'NOT_FOUND') throw error;
    return await find(await read(undefined));
  }

  async function find(all: readonly HistoryEvent[]): Promise<UndoneHistory> {
    const events = eventsOf(all, wanted);
    return { events, changes: undoneChanges(events, await atEvent(files, target, events)) };
  }
}

function eventsOf(
  events: readonly HistoryEvent[],
  wanted: ReadonlyMap<string, unknown>,
): readonly HistoryEvent[] {
  if (wanted.size === 0) return events;
  return events
    .map(event => ({ ...event, images: event.images.filter(({ image }) => wanted.has(image)) }))
    .filter(({ images }) => images.length > 0);
}

/** Replaces a target that names any commit of the branch by the newest event up to it. */
async function atEvent(
  { repository, head }: Pick<PinnedFiles, 'repository' | 'head'>,
  target: RollbackTarget,
  events: readonly HistoryEvent[],
): Promise<RollbackTarget> {
  if (target.kind !== 'to' || !/^[0-9a-f]{7,64}$/i.test(target.text)) return target;
  const text = target.text.toLowerCase();
  const commits = new Set(events.map(({ commit }) => commit));
  let isPast = false;
  for await (const { commit } of repository.history(head.commit, () => true)) {
    isPast ||= commit.startsWith(text);
    if (isPast && commits.has(commit)) return { kind: 'to', text: commit };
  }
  if (!isPast) return target;
  throw new PromoteError('NOT_FOUND', `roll back: nothing was pinned yet at ${text}`);
}
