import { HOLDS_FILE } from '../../environments/holds/holds.ts';
import { ownsFile } from '../../environments/locate.ts';
import { type ErrorCode, PromoteError } from '../../errors.ts';
import type { PullRequest } from '../../forges/forge.ts';
import type { GroupDecision, Judged } from '../../gates/decide.ts';
import { readFiles } from '../../git/read-files.ts';
import { ROLLBACK } from '../../plan/groups.ts';
import { imagePins } from '../../plan/image-pins.ts';
import { commandOn } from '../../plan/invocation.ts';
import { isByTag } from '../../plan/pin-target.ts';
import type { FormerPin } from '../../plan/rollback-target.ts';
import type { ImagePin } from '../../plan/snapshot.ts';
import { readTrailers } from '../../plan/trailers.ts';
import type { GroupChange } from '../../proposals/group-change.ts';
import type { ProposalRun } from '../../proposals/run.ts';
import { branchOf } from '../../proposals/run.ts';
import { contain } from '../../run/contain.ts';
import type { Run } from '../../run/run.ts';
import { proposalRun } from '../proposal-run.ts';
import { type PreparedRollback, prepareRollbackIn, type RollbackRequest } from './prepare-rollback.ts';

/** A rollback that an earlier run proposed, prepared again on the present pins. */
export interface OpenRollback {
  readonly pullRequest: PullRequest;
  readonly images: readonly string[];
  readonly prepared: PreparedRollback;
  readonly asked: RollbackRequest;
}

/**
 * The environment's open rollbacks. Each restores the pins on its branch, if the environment had them before.
 * A rollback that is no longer possible is closed with the reason.
 */
export async function readOpenRollbacks(run: Run): Promise<readonly OpenRollback[]> {
  const { base } = run;
  const proposing = proposalRun(run);
  if (proposing === undefined) return [];
  const { forge } = proposing;
  const open = await forge.openPullRequests(branchOf(run, ''), base.branch);
  const rollbacks = open.filter(({ branch }) => branch.startsWith(branchOf(run, ROLLBACK)));
  return await Promise.all(rollbacks.map(async pullRequest => readRollback(proposing, run, pullRequest)));
}

/** The pull requests that propose rollbacks, by image; promotions wait for them. */
export function urlsByImage(rollbacks: readonly OpenRollback[]): ReadonlyMap<string, string> {
  return new Map(
    rollbacks.flatMap(({ images, pullRequest }) => images.map(image => [image, pullRequest.url])),
  );
}

async function readRollback(
  proposing: ProposalRun,
  run: Run,
  pullRequest: PullRequest,
): Promise<OpenRollback> {
  const read = await contain(async () => readProposedRollback(proposing, pullRequest.head));
  const proposed: ProposedRollback = read.kind === 'done' ? read.value : { pins: [], holds: undefined };
  const asked = askedAgain(run, groupOf(run, pullRequest), proposed);
  const images = [...new Set(proposed.pins.map(({ image }) => image))];
  const thought = await contain(async () => {
    if (read.kind === 'failed') throw read.error;
    assertUnmoved(run, proposed);
    return await prepareRollbackIn(run, asked);
  });
  const prepared = thought.kind === 'done' ? thought.value : stopped(run, pullRequest, images, thought.error);
  return { pullRequest, images, prepared, asked };
}

function groupOf(run: Run, { branch }: PullRequest): string {
  return branch.slice(branchOf(run, '').length);
}

function askedAgain(
  { request }: Run,
  group: string,
  { pins, holds, reason, requestedBy }: ProposedRollback,
): RollbackRequest {
  return {
    // The tickets of this run are for the promotion, so the rollback does not get them.
    promotion: { ...request, images: new Map(), tickets: undefined },
    target: { kind: 'states', pins },
    // The person who proposed it knew which changes it reverts.
    force: true,
    restore: false,
    by: requestedBy ?? 'unknown',
    ...(reason === undefined ? {} : { reason }),
    proposed: { group, holds },
  };
}

/** Throws if a pin has neither the state that the proposal removes nor the one that it restores. */
function assertUnmoved({ files }: Run, { pins }: ProposedRollback): void {
  const values = new Map(files.pins.map(({ pin }) => [`${pin.file}\n${pin.locator}`, pin]));
  const moved = pins.find(({ file, locator, digest, tag, from }) => {
    const now = values.get(`${file}\n${locator}`);
    const wanted = digest ?? tag;
    return now !== undefined && ![wanted, from].includes(digest === undefined ? now.tag : now.digest);
  });
  if (moved === undefined) return;
  const { file, locator } = moved;
  throw new PromoteError('PLAN_CHANGED', `${file} ${locator} has been moved since this was proposed`);
}

/** Errors that mean that the rollback is impossible, not that it could not be checked. */
const IMPOSSIBLE: readonly ErrorCode[] = ['NOT_FOUND', 'SIGNATURE', 'INVALID', 'PLAN_CHANGED', 'TAG_MOVED'];

function stopped(
  run: Run,
  pullRequest: PullRequest,
  images: readonly string[],
  error: PromoteError,
): PreparedRollback {
  const { environment, base } = run;
  const group = groupOf(run, pullRequest);
  const hint = `close it, and roll back anew: ${commandOn(run.environments, 'rollback', environment.name)}`;
  const closed = { kind: 'closed', gate: 'rollback', reason: error.message, hint } as const;
  const isImpossible = IMPOSSIBLE.includes(error.code);
  const judged = (images.length === 0 ? [group] : images).map(
    (image): Judged =>
      isImpossible ? { image, verdicts: [closed] } : { image, verdicts: [], failure: error },
  );
  const decision: GroupDecision = { group, judged, state: isImpossible ? 'closed' : 'failed' };
  const unread = { kind: 'pins', mergeBase: base.commit, paths: [] } as const;
  const found = { pullRequest, state: 'outdated', change: unread, next: [], requesters: [] } as const;
  const change: GroupChange = {
    group,
    members: [],
    approval: environment.rollback?.approval,
    editHolds: () => text => text,
    reverts: [],
  };
  return { run, environment, base, decision, change, undone: [], restores: [], holds: [], found };
}

/** The change on a rollback's branch, from its files and its newest commit. */
interface ProposedRollback {
  /** The pins that differ from the merge base, with the digest that each had there, or the tag if it has none. */
  readonly pins: readonly (FormerPin & { readonly from: string | undefined })[];
  /** The text of its holds file. */
  readonly holds: string | undefined;
  readonly reason?: string;
  /** The person who asked for it, as the commit says; only shown to people. */
  readonly requestedBy?: string | undefined;
}

/** Reads the change at the branch's head. */
export async function readProposedRollback(run: ProposalRun, head: string): Promise<ProposedRollback> {
  const { base, environment, environments, files, forge } = run;
  const { repository } = files;
  const read = async (commit: string) =>
    await readFiles(repository, commit, path => path === HOLDS_FILE || ownsFile(environment, path));
  const pinsIn = (texts: ReadonlyMap<string, string>) =>
    imagePins(environments, environment, new Map([...texts].filter(([path]) => path !== HOLDS_FILE)));
  const mergeBase = (await forge.mergeBase(head, base.commit)) ?? base.commit;
  const [before, after] = [await read(mergeBase), await read(head)];
  const old = new Map(pinsIn(before).map(pin => [placeOf(pin), pin.pin]));
  const pins = pinsIn(after).flatMap(given => {
    const { image, pin } = given;
    const { file, locator, digest, tag } = pin;
    const from = old.get(placeOf(given));
    const isUnknown = digest === undefined && !isByTag(environments, environment, given);
    if (isUnknown || (from?.digest === digest && from?.tag === tag)) return [];
    const named = tag === undefined ? {} : { tag };
    return [
      { image, file, locator, digest, ...named, from: digest === undefined ? from?.tag : from?.digest },
    ];
  });
  const message = await newestMessage(run, head, new Set(pins.map(({ file }) => file)));
  const [requester] = readTrailers(message).requesters;
  const reason = /^Reason: (.+)$/m.exec(message)?.[1];
  return {
    pins,
    holds: after.get(HOLDS_FILE),
    ...(reason === undefined ? {} : { reason }),
    requestedBy: requester?.name,
  };
}

async function newestMessage(
  { files: { repository } }: ProposalRun,
  head: string,
  paths: ReadonlySet<string>,
): Promise<string> {
  for await (const { message } of repository.history(head, path => paths.has(path))) return message;
  return '';
}

function placeOf({ image, pin }: ImagePin): string {
  return `${image}\n${pin.file}\n${pin.locator}`;
}
