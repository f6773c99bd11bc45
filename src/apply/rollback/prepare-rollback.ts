import type { Environment, Environments } from '../../environments/environments.ts';
import type { Hold } from '../../environments/holds/holds.ts';
import { environmentNamed, imageNamed } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { GroupDecision } from '../../gates/decide.ts';
import type { HistoryEvent } from '../../plan/history.ts';
import { parseInstant } from '../../plan/instant.ts';
import { type ReturningPin, returningPins, rollbackCandidates, undoneEvents } from '../../plan/rollback.ts';
import type { RollbackTarget } from '../../plan/rollback-target.ts';
import type { Base, ImagePin } from '../../plan/snapshot.ts';
import type { Effects, PromotionRequest } from '../effects.ts';
import type { Review } from '../group-context.ts';
import { readHistory } from '../history/history.ts';
import { readUndone } from '../history/undone-history.ts';
import { openForge } from '../open-forge.ts';
import { readPins } from '../read-pins.ts';
import { remember } from '../remember.ts';
import { judgeRollback } from './judge-rollback.ts';
import { withDigests } from './old-digests.ts';
import { preflight } from './preflight.ts';
import type { Restore } from './restore.ts';
import { judgeReturnReview } from './review-return.ts';
import { asProposed, rollbackHolds } from './rollback-holds.ts';

/** What is asked of a rollback. */
export interface RollbackRequest {
  /** What is asked of any run. */
  readonly promotion: PromotionRequest;
  readonly target: RollbackTarget;
  /** Whether later changes by hand are undone too. */
  readonly force: boolean;
  /** Whether images that the environment's registries lost are brought back from others. */
  readonly restore: boolean;
  readonly reason?: string;
  /** Who holds what is rolled back. */
  readonly by: string;
  /** Where it was proposed before: under which name, and with which holds. */
  readonly proposed?: { readonly group: string; readonly holds: string | undefined };
}

/** A rollback that is thought through, and has changed nothing yet. */
export interface PreparedRollback {
  readonly environment: Environment;
  readonly base: Base;
  readonly decision: GroupDecision;
  /** The commits it takes back, newest first. */
  readonly undone: readonly HistoryEvent[];
  readonly restores: readonly Restore[];
  /** What is kept out from then on. */
  readonly holds: readonly Hold[];
  /** Where it is proposed by pull request. */
  readonly review?: Review;
}

/**
 * Finds what a rollback changes, whether everything it needs is still there, and what its gates say. Throws
 * `NOT_FOUND` where there is nothing to go back to or an image is gone, `SIGNATURE` where one is not signed by us,
 * `USAGE` for a time to come.
 */
export async function prepareRollback(
  given: Effects,
  environments: Environments,
  asked: RollbackRequest,
): Promise<PreparedRollback> {
  const { promotion, target, force, restore, proposed } = asked;
  const effects = remember(given);
  const environment = environmentNamed(environments, promotion.environment);
  for (const name of promotion.images.keys()) imageNamed(environments, name);
  if (target.kind === 'to') assertPast(target.text, effects.now());
  const files = await readPins(effects, environments, environment);
  const { events, changes } = await readUndone(files, target, promotion.images, async limit =>
    readHistory(environments, environment, files, { limit }),
  );
  const returning = returningPins(events, changes);
  if (changes.moves.length > 0 && returning.length === 0) throw nothingBefore(environment);

  const there = returning.filter(pin => isThere(pin, files.pins));
  for (const { image, file, locator } of returning.filter(pin => !there.includes(pin))) {
    effects.log(`${file} ${locator} does not pin ${image} any more, and is left as it is`);
  }

  const dated = await withDigests(effects, environments, environment, there);
  const members = rollbackCandidates(environments, environment, files.pins, dated);
  const restores = await preflight(effects, environments, environment, members, restore);
  const judge = await judgeRollback(
    { effects, environments, environment, files, restores, group: proposed?.group },
    members,
    force ? [] : there,
    promotion,
  );
  const holds = asProposed(rollbackHolds(environment, members, asked, effects.now()), proposed?.holds);
  const forge = await openForge(effects, environment, environment.rollback?.approval);
  const request = { ...promotion, images: new Map() };
  const scene = forge && { effects, forge, environments, environment, request, files, base: judge.base };
  const undone = undoneEvents(changes, members);
  const asProposal = { holds, undone, wasProposed: proposed !== undefined };
  const judged = await judgeReturnReview(scene, judge, asProposal);
  return { ...judged, environment, undone, restores, holds };
}

function assertPast(text: string, now: Date): void {
  const time = parseInstant(text);
  if (time === undefined || time <= now) return;
  throw new PromoteError('USAGE', `roll back to ${text}: that is still to come`, {
    hint: 'a time without a zone is in UTC',
  });
}

function isThere({ image, file, locator }: ReturningPin, pins: readonly ImagePin[]): boolean {
  return pins.some(
    known => known.image === image && known.pin.file === file && known.pin.locator === locator,
  );
}

function nothingBefore({ name }: Environment): PromoteError {
  return new PromoteError(
    'NOT_FOUND',
    `roll ${name} back: its pins came with that change and held nothing before`,
    {
      hint: `promote history ${name} shows what there is to go back to`,
    },
  );
}
