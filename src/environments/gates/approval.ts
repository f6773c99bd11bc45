import { z } from 'zod';
import type { Issue } from '../diagnostics/issue.ts';
import { text } from '../text.ts';
import type { GateSetting, WrittenGate } from './setting.ts';
import { normaliseSigned, type SignedApproval, signedIssues, signedShape } from './signed-approval.ts';

/**
 * Approval of one plan. `review`: of its pull request. `comment`: a comment there that names the plan. `environment`:
 * the CI's protected environment of this run. `stated`: the caller names who approved, recorded as unauthenticated.
 * `signature`: signed statements alone.
 */
export interface ApprovalGate {
  readonly by: 'review' | 'comment' | 'environment' | 'stated' | 'signature';
  readonly count: number;
  /** Names of people who may approve; if `teams` is empty too, anyone whom `by` allows. */
  readonly users: readonly string[];
  /** Teams whose members may approve, as the forge writes them: `acme/release-managers`. */
  readonly teams: readonly string[];
  /** The signed approvals that are required, alone or beside the others. */
  readonly signed?: SignedApproval | undefined;
}

const one = z.strictObject({
  count: z.int().min(1).max(100).exactOptional().describe('How many approvals are needed; default: 1.'),
  users: z
    .array(text)
    .exactOptional()
    .describe('Who may approve; default: anyone the way of approval allows.'),
  teams: z.array(text).exactOptional().describe('Teams whose members may approve, as organisation/team.'),
  by: z
    .enum(['review', 'comment', 'environment', 'stated', 'signature'])
    .exactOptional()
    .describe(
      'review (default): of the pull request; comment: `/promote approve <plan digest>` on the pull request; ' +
        "environment: the CI's protected environment; stated: --approved-by, recorded as unauthenticated; " +
        'signature: promote approve.',
    ),
  ...signedShape,
});

const schema = z.union([one, z.array(one).min(1).max(2)]);

type One = z.infer<typeof one>;

/** An approval as it is written: one way, or by signature beside another. */
export type WrittenApproval = z.infer<typeof schema>;

/** The part of an approval that is given by reviews of a pull request. */
export const reviewSchema = one.pick({ count: true, users: true, teams: true });

/** The setting of the approval gate; a rollback's approval has the same shape. */
export const approval: GateSetting<typeof schema, ApprovalGate> = {
  description: 'Consent of people to exactly this plan; a list: by signature beside another way.',
  schema,
  normalise: written => {
    const entries = entriesOf(written);
    const signature = entries.find(isSigned);
    const signed = signature && normaliseSigned(signature);
    const other = entries.find(entry => !isSigned(entry));
    if (other === undefined && signed !== undefined)
      return { by: 'signature', count: signed.count, users: [], teams: [], signed };
    const { by = 'review', count = 1, users = [], teams = [] } = other ?? {};
    return { by, count, users, teams, signed };
  },
  issues: ({ written, path, ...place }) => {
    if (!Array.isArray(written)) return issuesOfOne({ ...place, written, path });
    const [first, second] = written;
    const issues = written.flatMap((entry, index) =>
      issuesOfOne({ ...place, written: entry, path: [...path, index] }),
    );
    if (first === undefined || second === undefined || isSigned(first) !== isSigned(second)) return issues;
    const message = 'of two ways of approval one is by signature, and the other is not';
    return [...issues, { path: [...path, 1], at: 'value', message, hint: 'write one of them' }];
  },
};

/** Whether people approve on the pull request, so that there has to be one. */
export function isOnPullRequest(approval: ApprovalGate | undefined): boolean {
  return approval?.by === 'review' || approval?.by === 'comment';
}

/** A rollback's approval. Its absent keys are those of the gates' approval, except `count`, which is 1. */
export function rollbackApproval(
  gates: WrittenApproval | undefined,
  back: WrittenApproval | undefined,
): WrittenApproval {
  const own = entriesOf(gates ?? []);
  if (back === undefined) return own.map(entry => ({ ...entry, count: 1 }));
  const entries = entriesOf(back).map(entry => ({ ...likeOf(own, entry), count: 1, ...entry }));
  const [only] = entries;
  return Array.isArray(back) || only === undefined ? entries : only;
}

/** The gates' entry of the same kind, signed or by people; without `by`, the first may also do. */
function likeOf(own: readonly One[], { by }: One): One | undefined {
  const people = own.find(entry => !isSigned(entry));
  if (by === 'signature') return own.find(isSigned);
  return by === undefined && people === undefined ? own[0] : people;
}

function entriesOf(written: WrittenApproval): readonly One[] {
  return Array.isArray(written) ? written : [written];
}

function isSigned({ by }: One): boolean {
  return by === 'signature';
}

function issuesOfOne(gate: WrittenGate<One>): readonly Issue[] {
  const { written, path } = gate;
  const foreign = isSigned(written) ? (['users', 'teams'] as const) : (['maxAge', 'signers'] as const);
  const misplaced = foreign
    .filter(name => written[name] !== undefined)
    .map((name): Issue => {
      const message = `\`${name}\` says nothing of approval by ${written.by ?? 'review'}`;
      const hint = isSigned(written)
        ? 'name the people in `signers`'
        : 'write `by: signature`, or leave it out';
      return { path: [...path, name], at: 'key', message, hint };
    });
  if (isSigned(written)) return [...misplaced, ...signedIssues(written, path)];
  const logins = written.by === 'stated' ? [] : loginIssues(written.users ?? [], [...path, 'users']);
  return [...misplaced, ...logins, ...unreachable(gate), ...withoutPullRequest(gate), ...unfit(gate)];
}

/** Names of people who may approve that no account can have, or only one that is no person's. */
function loginIssues(users: readonly string[], path: Issue['path']): readonly Issue[] {
  return users.flatMap((user, index): readonly Issue[] => {
    if (LOGIN.test(user)) return [];
    const isBot = user.endsWith('[bot]');
    const message = isBot
      ? `${JSON.stringify(user)} is a bot, whose approval never counts`
      : `${JSON.stringify(user)} is no login: a login has only the letters a to z, digits, and - _ .`;
    const hint = isBot
      ? 'name people'
      : 'write the login as the forge shows it, without @ and blanks; a team belongs in `teams`';
    return [{ path: [...path, index], at: 'value', message, hint }];
  });
}

/** What accounts are named on GitHub, GitLab and Forgejo. */
const LOGIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** More approvals are required than there are people who may approve. */
function unreachable({ written, path }: WrittenGate<One>): readonly Issue[] {
  const { count, users, teams } = approval.normalise(written);
  const able = new Set(users.map(user => user.toLowerCase())).size;
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
function withoutPullRequest({ written, environment }: WrittenGate<One>): readonly Issue[] {
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
function unfit({ written, path }: WrittenGate<One>): readonly Issue[] {
  const { by, count, teams } = approval.normalise(written);
  if (by === 'environment' && count > 1) {
    const message = `${count} approvals by environment, but a protected environment asks for one`;
    return [{ path: [...path, 'count'], at: 'value', message, hint: 'write `count: 1`, or `by: review`' }];
  }
  if (by !== 'stated' || teams.length === 0) return [];
  const message = 'whoever is stated to have approved cannot be looked up in a team';
  return [{ path: [...path, 'teams'], at: 'key', message, hint: 'name users, or write `by: review`' }];
}
