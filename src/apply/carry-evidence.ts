import pLimit from 'p-limit';
import { type ErrorCode, PromoteError } from '../errors.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import { copyLateEvidence } from '../registry/copy/copy-late-evidence.ts';
import type { Run } from './run.ts';

/** Targets that are looked at at the same time. */
const PARALLEL_TARGETS = 4;

/** What says that a registry cannot be asked now, so that nobody knows whether there is anything to carry. */
const UNANSWERED: readonly ErrorCode[] = ['UNREACHABLE', 'UNAUTHORIZED', 'FORBIDDEN', 'REGISTRY'];

/**
 * Carries evidence that appeared at the source since an image was promoted: to every target of a group's images on
 * which nothing else is left to do. No gate is asked, since nothing of what runs changes.
 */
export async function carryLateEvidence(run: Run, decision: GroupDecision): Promise<void> {
  if (run.request.evidence === 'none') return;
  const limit = pLimit(PARALLEL_TARGETS);
  const carried = completeIn(decision).flatMap(candidate =>
    candidate.targets
      .filter(({ repository }) => repository !== candidate.source.repository)
      .map(target => limit(() => carry(run, candidate, target))),
  );
  await Promise.all(carried);
}

/** The images whose pins are right, and which are no members of the plan: they are complete, or closed. */
function completeIn(decision: GroupDecision): readonly Candidate[] {
  const members = 'members' in decision ? decision.members : [];
  return decision.judged.flatMap(({ candidate, verdicts }) => {
    const isDone = candidate?.edits.length === 0 && !members.includes(candidate) && verdicts.length === 0;
    return isDone ? [candidate] : [];
  });
}

async function carry(
  { effects, request }: Run,
  { source, digest }: Candidate,
  target: Target,
): Promise<void> {
  const { store, progress, signal, log } = effects;
  const name = `${target.repository}@${shortDigest(digest)}`;
  try {
    const { evidence, changed } = await copyLateEvidence({
      source: store(source.repository),
      target: store(target.repository),
      digest,
      evidence: request.evidence,
      progress,
      signal,
    });
    if (changed) log(`carried evidence to ${name}: ${evidence} there now`);
  } catch (error) {
    if (!(error instanceof PromoteError) || !UNANSWERED.includes(error.code)) throw error;
    log(`could not look whether new evidence is to be carried to ${name}: ${error.message}`);
  }
}
