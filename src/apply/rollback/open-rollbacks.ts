import { type ErrorCode, PromoteError } from '../../errors.ts';
import type { PullRequest } from '../../forges/forge.ts';
import type { GroupDecision, Judged } from '../../gates/decide.ts';
import { ROLLBACK } from '../../plan/groups.ts';
import { contain } from '../contain.ts';
import { branchOf, type Scene } from '../pull-request/scene.ts';
import { type PreparedRollback, prepareRollback, type RollbackRequest } from './prepare-rollback.ts';
import { type ProposedReturn, readProposedReturn } from './proposed-return.ts';

/** A rollback that an earlier run proposed, thought through again on what is pinned now. */
export interface OpenRollback {
  readonly pullRequest: PullRequest;
  readonly images: readonly string[];
  readonly prepared: PreparedRollback;
  readonly asked: RollbackRequest;
}

/**
 * The environment's rollbacks whose pull requests are open. What they bring back is what their branches pin, as far as
 * the pins held it before; one that cannot be carried out any more is closed, and says why.
 */
export async function readOpenRollbacks(scene: Scene): Promise<readonly OpenRollback[]> {
  const { base, forge } = scene;
  const open = await forge.openPullRequests(branchOf(scene, ''), base.branch);
  const rollbacks = open.filter(({ branch }) => branch.startsWith(branchOf(scene, ROLLBACK)));
  return await Promise.all(rollbacks.map(async pullRequest => readRollback(scene, pullRequest)));
}

/** Where the images would go back, for the promotions that wait for it. */
export function urlsByImage(rollbacks: readonly OpenRollback[]): ReadonlyMap<string, string> {
  return new Map(
    rollbacks.flatMap(({ images, pullRequest }) => images.map(image => [image, pullRequest.url])),
  );
}

async function readRollback(scene: Scene, pullRequest: PullRequest): Promise<OpenRollback> {
  const { effects, environments } = scene;
  const read = await contain(async () => readProposedReturn(scene, pullRequest.head));
  const proposed: ProposedReturn = read.kind === 'done' ? read.value : { pins: [], holds: undefined };
  const asked = askedAgain(scene, groupOf(scene, pullRequest), proposed);
  const images = [...new Set(proposed.pins.map(({ image }) => image))];
  const thought = await contain(async () => {
    if (read.kind === 'failed') throw read.error;
    assertUnmoved(scene, proposed);
    return await prepareRollback(effects, environments, asked);
  });
  const prepared =
    thought.kind === 'done' ? thought.value : stopped(scene, pullRequest, images, thought.error);
  return { pullRequest, images, prepared, asked };
}

function groupOf(scene: Scene, { branch }: PullRequest): string {
  return branch.slice(branchOf(scene, '').length);
}

function askedAgain(
  { request }: Scene,
  group: string,
  { pins, holds, reason, requestedBy }: ProposedReturn,
): RollbackRequest {
  return {
    promotion: { ...request, images: new Map(), ...(requestedBy === undefined ? {} : { requestedBy }) },
    target: { kind: 'states', pins },
    // Whoever proposed it was told what it undoes.
    force: true,
    restore: false,
    by: requestedBy ?? 'unknown',
    ...(reason === undefined ? {} : { reason }),
    proposed: { group, holds },
  };
}

/** Throws where a pin holds neither what the proposal takes from it nor what it gives. */
function assertUnmoved({ files }: Scene, { pins }: ProposedReturn): void {
  const values = new Map(files.pins.map(({ pin }) => [`${pin.file}\n${pin.locator}`, pin]));
  const moved = pins.find(({ file, locator, digest, from }) => {
    const now = values.get(`${file}\n${locator}`);
    return now !== undefined && now.digest !== digest && now.digest !== from;
  });
  if (moved === undefined) return;
  const { file, locator } = moved;
  throw new PromoteError('PLAN_CHANGED', `${file} ${locator} has been moved since this was proposed`);
}

/** What says that going back to this is not possible, rather than that it could not be found out. */
const IMPOSSIBLE: readonly ErrorCode[] = ['NOT_FOUND', 'SIGNATURE', 'INVALID', 'PLAN_CHANGED'];

function stopped(
  scene: Scene,
  pullRequest: PullRequest,
  images: readonly string[],
  error: PromoteError,
): PreparedRollback {
  const { environment, base } = scene;
  const group = groupOf(scene, pullRequest);
  const hint = `close it, and go back anew with promote rollback ${environment.name}`;
  const closed = { kind: 'closed', gate: 'rollback', reason: error.message, hint } as const;
  const isImpossible = IMPOSSIBLE.includes(error.code);
  const judged = (images.length === 0 ? [group] : images).map(
    (image): Judged =>
      isImpossible ? { image, verdicts: [closed] } : { image, verdicts: [], failure: error },
  );
  const decision: GroupDecision = { group, judged, state: isImpossible ? 'closed' : 'failed' };
  const change = { kind: 'pins', fork: base.commit, paths: [] } as const;
  const found = { pullRequest, state: 'outdated', change, next: [] } as const;
  return { environment, base, decision, undone: [], restores: [], holds: [], review: { scene, found } };
}
