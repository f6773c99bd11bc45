import { join } from 'node:path';
import { createBare } from '../create-bare.ts';
import type { Rule, Token, User, World } from './world.ts';

/** The repository's full name. */
export const REPOSITORY = 'acme/gitops';

/** A token with all that promote needs has these. */
const SCOPES = ['write:repository', 'write:issue', 'read:user', 'read:organization'];

/** What keeps pushes out says so: `routers/private/hook_pre_receive.go` of Forgejo. */
const PROTECTION = `#!/bin/sh
branch=\${1#refs/heads/}
case " $CLOSED_BRANCHES " in
  *" $branch "*)
    echo "Forgejo: Not allowed to push to protected branch $branch" >&2
    exit 1
    ;;
esac
`;

/** The token of a user, with every right that its kind has. */
export function tokenOf(login: string, kind: Token['kind'] = 'token'): string {
  return `${kind}-of-${login}-${'0123456789abcdef'.repeat(2)}`;
}

/** A rule that lets those who may write merge, and nobody push. */
export function protectionOf(branch: string, settings: Partial<Rule> = {}): Rule {
  return {
    rule_name: branch,
    enable_push: false,
    enable_push_whitelist: false,
    push_whitelist_usernames: [],
    enable_merge_whitelist: false,
    merge_whitelist_usernames: [],
    enable_status_check: false,
    status_check_contexts: [],
    required_approvals: 0,
    enable_approvals_whitelist: false,
    approvals_whitelist_username: [],
    block_on_rejected_reviews: false,
    block_on_outdated_branch: false,
    dismiss_stale_approvals: false,
    require_signed_commits: false,
    apply_to_admins: false,
    ...settings,
  };
}

/** Whom jobs act as: `models/user/user_system.go` of Forgejo. */
const ACTIONS: User = { id: -2, login: 'forgejo-actions', permission: 'write' };

/** An empty repository below `root`, and the people around it. */
export async function createWorld(root: string, instance: string): Promise<World> {
  const bare = join(root, `${REPOSITORY}.git`);
  await createBare(bare, PROTECTION);
  const permissions = {
    promote: 'admin',
    alice: 'write',
    bob: 'write',
    carol: 'admin',
    rita: 'read',
    mallory: 'none',
  } as const;
  const users = Object.entries(permissions).map(([login, permission], at) => ({
    id: at + 11,
    login,
    permission,
  }));
  const tokens = users.map(
    ({ login }) => [tokenOf(login), { login, kind: 'token', scopes: SCOPES }] as const,
  );
  const job = [tokenOf(ACTIONS.login, 'job'), { login: ACTIONS.login, kind: 'job', scopes: [] }] as const;
  const [owner = '', repo = ''] = REPOSITORY.split('/');
  let last = Math.floor(Date.now() / 1000);
  return {
    bare,
    owner,
    repo,
    web: `${instance}/${REPOSITORY}`,
    users: [...users, ACTIONS],
    tokens: new Map<string, Token>([...tokens, job]),
    teams: new Map([['release-managers', ['carol']]]),
    labels: [{ id: 3, name: 'shared', isShared: true }],
    pulls: [],
    statuses: [],
    activity: [],
    rules: [],
    releases: new Map(),
    settings: {
      page: 50,
      treesPage: 1000,
      isPrivate: true,
      version: '11.0.1+gitea-1.22.0',
      styles: ['merge', 'rebase', 'rebase-merge', 'squash'],
      checking: 0,
      follows: true,
    },
    now() {
      last += 1;
      return new Date(last * 1000).toISOString().replace('.000Z', 'Z');
    },
  };
}
