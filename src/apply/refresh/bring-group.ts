import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import type { GroupRefresh, RefreshedImage, RefreshOutcome } from '../../reports/refresh.ts';
import { contain } from '../contain.ts';
import { describeImages } from './describe-images.ts';
import { mergeRefresh } from './merge-refresh.ts';
import { proposeRefresh } from './propose-refresh.ts';
import type { Proposing } from './proposing.ts';
import type { Questions } from './questions.ts';
import { refreshContent } from './refresh-content.ts';
import type { Standing } from './standing.ts';

/** What there is something to write for. */
const NEW: readonly Standing['state'][] = ['due', 'unopened', 'outdated', 'untold'];

/** Brings one group from where it stands as far as it goes now; a failure is the group's own. */
export async function bringGroup(
  proposing: Proposing,
  group: RefreshGroup,
  run: {
    readonly standing: Standing;
    /** Why a due group is not opened now. */
    readonly postponed: string | undefined;
    readonly questions: Questions;
    readonly writes: boolean;
  },
): Promise<GroupRefresh> {
  const { standing, postponed, questions, writes } = run;
  const { state, branch, pullRequest } = standing;
  const isTold = pullRequest?.state === 'open' || state === 'declined';
  const place = { branch, ...(pullRequest && isTold ? { url: pullRequest.url } : {}) };
  const isNew = postponed === undefined && NEW.includes(state);
  const { images, waiting } = await describeImages({ ...proposing, questions }, group, isNew);
  const end = (outcome: Omit<RefreshOutcome, 'branch'>): GroupRefresh => ({
    group,
    images,
    outcome: { ...place, ...outcome },
  });
  const reason = postponed ?? waiting;
  if (reason !== undefined) return end({ kind: 'postponed', reason });
  if (state === 'foreign' || state === 'declined') return end({ kind: state });
  if (state === 'wider')
    return end({ kind: 'held', reason: 'it is open for more than this run could judge' });
  if (!writes) return end({ kind: isNew ? 'planned' : 'held' });
  const done = await contain(() => carryOut(proposing, group, standing, images));
  if (done.kind === 'done') return end(done.value);
  const { message, hint } = done.error;
  return end({ kind: 'failed', reason: hint === undefined ? message : `${message} (${hint})` });
}

async function carryOut(
  proposing: Proposing,
  group: RefreshGroup,
  standing: Standing,
  images: readonly RefreshedImage[],
): Promise<Omit<RefreshOutcome, 'branch'>> {
  const { refresh } = proposing;
  const proposed =
    standing.state === 'held'
      ? { ...standing, kind: standing.state }
      : await proposeRefresh(proposing, group, standing, refreshContent(refresh, group, images));
  if (proposed.kind === 'moved' || proposed.pullRequest === undefined) return { kind: proposed.kind };
  const { url } = proposed.pullRequest;
  const merged = await mergeRefresh(proposing, proposed.pullRequest);
  return merged.kind === 'left' ? { ...merged, kind: proposed.kind, url } : { kind: merged.kind, url };
}
