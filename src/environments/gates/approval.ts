import { z } from 'zod';
import type { Issue } from '../diagnostics/issue.ts';
import { text } from '../text.ts';
import type { GateSetting, WrittenGate } from './setting.ts';

/**
 * Approval of one plan. `review`: of its pull request. `comment`: a comment there that names the plan. `environment`:
 * the CI's protected environment of this run. `stated`: the caller names who approved, recorded as unauthenticated.
 */
export interface ApprovalGate {
  readonly by: 'review' | 'comment' | 'environment' | 'stated';
  readonly count: number;
  /** Names of people who may approve; if `teams` is empty too, anyone whom `by` allows. */
  readonly users: readonly string[];
  /** Teams whose members may approve, as the forge writes them: `acme/release-managers`. */
  readonly teams: readonly string[];
}

const schema = z.strictObject({
  count: z.int().min(1).max(100).exactOptional().describe('How many approvals are needed; default: 1.'),
  users: z
    .array(text)
    .exactOptional()
    .describe('Who may approve; default: anyone the way of approval allows.'),
  teams: z.array(text).exactOptional().describe('Teams whose members may approve, as organisation/team.'),
  by: z
    .enum(['review', 'comment', 'environment', 'stated'])
    .exactOptional()
    .describe(
      'review (default): of the pull request; comment: `/promote approve <plan digest>` on the pull request; ' +
        "environment: the CI's protected environment; stated: --approved-by, recorded as unauthenticated.",
    ),
});

type Written = z.infer<typeof schema>;

/** The setting of the approval gate; a rollback's approval has the same shape. */
export const approval: GateSetting<typeof schema, ApprovalGate> = {
  description: 'Consent of people to exactly this plan.',
  schema,
  normalise: ({ by = 'review', count = 1, users = [], teams = [] }) => ({ by, count, users, teams }),
  issues: gate => [...unreachable(gate), ...withoutPullRequest(gate), ...unfit(gate)],
};

/** Whether people approve on the pull request, so that there has to be one. */
export function isOnPullRequest(approval: ApprovalGate | undefined): boolean {
  return approval?.by === 'review' || approval?.by === 'comment';
}

/** More approvals are required than there are people who may approve. */
function unreachable({ written, path }: WrittenGate<Written>): readonly Issue[] {
  const { count, users, teams } = approval.normalise(written);
  const able = new Set(users).size;
  if (able === 0 || teams.length > 0 || count <= able) return [];
  return [
    {
      path: [...path, 'count'],
      at: 'value',
      message: `${count} approvals are needed, but ${able} may approve`,
      hint: 'name more users, or ask for fewer approvals',
    },
  ];
}

/** A direct commit has no pull request that could be reviewed. */
function withoutPullRequest({ written, environment }: WrittenGate<Written>): readonly Issue[] {
  const given = approval.normalise(written);
  if (environment.commit !== 'direct' || !isOnPullRequest(given)) return [];
  return [
    {
      path: ['environments', environment.name, 'commit'],
      at: 'value',
      message: `approval by ${given.by} cannot be given to a direct commit`,
      hint: 'write `commit: pull-request`, or another `by` for the approval',
    },
  ];
}

/** A protected environment gives one approval, and the team of a stated name cannot be checked. */
function unfit({ written, path }: WrittenGate<Written>): readonly Issue[] {
  const { by, count, teams } = approval.normalise(written);
  if (by === 'environment' && count > 1) {
    const message = `${count} approvals by environment, but a protected environment asks for one`;
    return [{ path: [...path, 'count'], at: 'value', message, hint: 'write `count: 1`, or `by: review`' }];
  }
  if (by !== 'stated' || teams.length === 0) return [];
  const message = 'whoever is stated to have approved cannot be looked up in a team';
  return [{ path: [...path, 'teams'], at: 'key', message, hint: 'name users, or write `by: review`' }];
}
