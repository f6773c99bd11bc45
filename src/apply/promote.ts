import pLimit, { type LimitFunction } from 'p-limit';
import { PromoteError } from '../errors.ts';
import { stoppedMeanwhile } from '../facts/stops.ts';
import { cancellable } from '../http/cancellable.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Plan } from '../plan/plan.ts';
import { findChangedHolds } from '../proposals/changed-holds.ts';
import { closedMeanwhile } from '../proposals/closed-meanwhile.ts';
import type { PinsOutcome, PlannedTask } from '../proposals/task.ts';
import { type CopyResult, copyImage } from '../registry/copy/copy.ts';
import { type CopyLedger, createLedger } from '../registry/copy/ledger.ts';
import { requireCommitSigner } from '../run/commit-rules.ts';
import type { Effects } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { measured } from '../run/step.ts';
import { requireSigner } from '../signing/can-sign.ts';
import type { Arrival, Transfer } from './attest.ts';
import { attest } from './attest.ts';
import { propose } from './propose.ts';

/** The result of `promoteGroup`. */
export interface Promoted {
  readonly copies: readonly CopyResult[];
  readonly proposal: PinsOutcome;
}

/** Images that are copied at the same time; each copies several blobs at once. */
const PARALLEL_IMAGES = 4;

/**
 * Carries out a group whose gates are open. Images and evidence go to every target and are read back. Signatures and
 * records follow, then the tags, then the pins. Every step looks before it writes, so the next run continues an
 * interrupted one.
 */
export async function promoteGroup(run: Run, task: PlannedTask, shared?: SharedWork): Promise<Promoted> {
  const { copies, changed } = await promoteImages(run, task, shared?.ledger ?? createLedger());
  return { copies, proposal: changed ?? (await proposeInTurn(run, task, shared)) };
}

/** What groups share that are carried out at the same time. */
export interface SharedWork {
  readonly ledger: CopyLedger;
  /** When pins may be proposed. */
  readonly turns: LimitFunction;
}

/** Proposes a group's pins once it is its turn. */
export async function proposeInTurn(run: Run, task: PlannedTask, shared?: SharedWork): Promise<PinsOutcome> {
  return shared === undefined ? await propose(run, task) : await shared.turns(() => propose(run, task));
}

/** Does everything but the pins. `changed`: the plan must be made again, and no tag was set. */
export async function promoteImages(
  run: Run,
  task: PlannedTask,
  ledger: CopyLedger,
): Promise<Pick<Promoted, 'copies'> & { readonly changed: PinsOutcome | undefined }> {
  const { effects } = run;
  const signing = await openSigning(run);
  const arrivals = await copyAll(run, task.plan, task.decision.members, ledger);
  if (signing)
    await forEach(arrivals, arrival =>
      measured(effects, 'sign', aboutTransfer(arrival), () => attest(run, task, arrival, signing)),
    );
  const copies = arrivals.map(({ copy }) => copy);
  const changed = closedMeanwhile(task.decision, effects.now()) ?? (await heldMeanwhile(run, task, copies));
  if (changed !== undefined) return { copies, changed };
  const tagged = await forEach(arrivals, arrival =>
    measured(effects, 'tag', aboutTransfer(arrival), () => setTags(effects, arrival)),
  );
  const untagged = arrivals.filter(({ copy }, index) => !copy.changed && tagged[index]);
  tellUntagged(run, untagged.length);
  return { copies, changed };
}

/** Logs how long images from shards had no tag: a clean-up must keep untagged images for longer. */
function tellUntagged({ effects: { now, log }, request: { plannedAt } }: Run, count: number): void {
  if (plannedAt === undefined || count === 0) return;
  const minutes = Math.max(1, Math.ceil((now().getTime() - plannedAt.getTime()) / 60_000));
  const images = `${count === 1 ? '1 image was' : `${count} images were`} there without tags`;
  log(`${images}, for up to ${minutes} min: a clean-up must leave untagged images for longer`);
}

/** Holds and stops since the gates were judged. They are only read again after a copy, which takes long. */
async function heldMeanwhile(run: Run, task: PlannedTask, copies: readonly CopyResult[]) {
  if (!copies.some(({ changed }) => changed)) return undefined;
  return (await findChangedHolds(run, task)) ?? (await stoppedMeanwhile(run));
}

/**
 * Copies some of a group's images to every target, with evidence and our signatures, and reads them back. It
 * writes no record, tag or pin.
 */
export async function bringImages(
  run: Run,
  plan: Plan,
  members: readonly Candidate[],
): Promise<readonly Arrival[]> {
  if (members.length === 0) return [];
  const signing = await openSigning(run);
  const arrivals = await copyAll(run, plan, members, createLedger());
  if (signing)
    await forEach(arrivals, arrival =>
      measured(run.effects, 'sign', aboutTransfer(arrival), () => attest(run, undefined, arrival, signing)),
    );
  return arrivals;
}

function aboutTransfer({ candidate, target }: Transfer) {
  return {
    'promote.image': candidate.image,
    'promote.repository': target.repository,
    'promote.digest': candidate.digest,
  };
}

/** Opens the signer first: nothing is copied if it could not be signed afterwards. */
async function openSigning({ effects, environment }: Run) {
  await requireCommitSigner(effects, environment.commits);
  const signing = environment.signing && (await effects.signing(environment.signing));
  const signer = await signing?.signer();
  if (signing === undefined || signer === undefined) return undefined;
  await requireSigner(signer, signing.trust);
  return { ...signing, signer };
}

async function copyAll(
  run: Run,
  plan: Plan,
  members: readonly Candidate[],
  ledger: CopyLedger,
): Promise<readonly Arrival[]> {
  const transfers = members.flatMap(candidate => candidate.targets.map(target => ({ candidate, target })));
  return await forEach(transfers, (transfer, signal) =>
    cancellable(signal, () =>
      measured(run.effects, 'copy', aboutTransfer(transfer), () =>
        copyAndReadBack(run, plan, transfer, ledger, signal),
      ),
    ),
  );
}

async function copyAndReadBack(
  { effects, request }: Run,
  plan: Plan,
  transfer: Transfer,
  ledger: CopyLedger,
  failed: AbortSignal,
): Promise<Arrival> {
  const { candidate, target } = transfer;
  const { store, progress, signal } = effects;
  const to = store(target.repository);
  const copy = await copyImage({
    // A rollback's images are at every target already, each with its evidence.
    source: plan.kind === 'rollback' ? to : store(candidate.source.repository),
    target: to,
    from: candidate.digest,
    evidence: request.evidence,
    // A pin, a signature, a record or a tag means that the image is complete, so every part of it is checked.
    thorough: true,
    progress,
    ledger,
    signal: signal === undefined ? failed : AbortSignal.any([signal, failed]),
  });
  const content = copy.there ?? (await to.manifest(candidate.digest));
  if (content) return { ...transfer, copy, content };
  throw new PromoteError('NOT_FOUND', `copy to ${to.name}: ${candidate.digest} is not there after the copy`, {
    hint: 'run again; if it stays so, the registry removes what it has just accepted',
  });
}

/**
 * Runs the step for all items, a few at a time. After the first failure no step starts and running ones are
 * aborted. That failure is thrown.
 */
async function forEach<T, R>(
  items: readonly T[],
  step: (item: T, failed: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const limit = pLimit(PARALLEL_IMAGES);
  const failed = new AbortController();
  const steps = items.map(item =>
    limit(async () => {
      failed.signal.throwIfAborted();
      try {
        return await step(item, failed.signal);
      } catch (error) {
        // The first failure is the reason why the others are aborted.
        failed.abort(error);
        throw error;
      }
    }),
  );
  const settled = await Promise.allSettled(steps);
  if (failed.signal.aborted) throw failed.signal.reason;
  return settled.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

/**
 * Sets a target's tags that do not name the digest yet, and returns whether there was one. Throws `TAG_MOVED`
 * if a tag that never moves names another digest.
 */
export async function setTags(
  { store, log }: Pick<Effects, 'store' | 'log'>,
  { candidate, target, content }: Arrival,
): Promise<boolean> {
  const to = store(target.repository);
  let isSet = false;
  for (const { name, moves, digest = candidate.digest } of target.tags) {
    const named = (await to.head(name))?.digest;
    if (named === digest) continue;
    if (named !== undefined && !moves) throw tagMoved(target.repository, name, named, digest);
    const own = digest === candidate.digest ? content : await to.manifest(digest);
    if (own === undefined)
      throw new PromoteError('NOT_FOUND', `tag ${target.repository}:${name}: ${digest} is not there`);
    await to.putManifest(own, name);
    const after = (await to.head(name))?.digest;
    if (after !== digest) throw tagMoved(target.repository, name, after ?? 'nothing', digest);
    log(`tagged ${target.repository}:${name}`);
    isSet = true;
  }
  return isSet;
}

function tagMoved(repository: string, tag: string, actual: string, expected: string): PromoteError {
  return new PromoteError('TAG_MOVED', `tag ${repository}:${tag}: names ${actual}, expected ${expected}`, {
    hint: 'someone else sets this tag; find out who, and give each build a tag of its own',
  });
}
