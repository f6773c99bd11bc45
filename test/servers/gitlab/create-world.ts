import { join } from 'node:path';
import { createBare } from '../create-bare.ts';
import type { Token, World } from './world.ts';

/** The project's full path. */
export const PROJECT = 'acme/platform/gitops';

/** Keeps from a protected branch who may not push there, and what a push rule forbids, in GitLab's words. */
const PROTECTION = `#!/bin/sh
[ -n "$PUSH_RULE" ] && echo "GitLab: $PUSH_RULE" >&2 && exit 1
[ "$1" != refs/heads/main ] || [ "$MAY_PUSH_TO_MAIN" != no ] && exit 0
echo 'GitLab: You are not allowed to push code to protected branches on this project.' >&2
exit 1
`;

/** The token of a user, with every right that its kind has. */
export function tokenOf(username: string, kind: Token['kind'] = 'private'): string {
  return `${kind}-token-of-${username}`;
}

/** An empty project in a bare repository below `root`, and the people around it. */
export async function createWorld(root: string, instance: string): Promise<World> {
  const bare = join(root, `${PROJECT}.git`);
  await createBare(bare, PROTECTION);
  const levels = { promote: 40, alice: 30, bob: 30, carol: 40, rita: 20, mallory: 0 };
  const users = Object.entries(levels).map(([username, access_level], at) => ({
    id: at + 11,
    username,
    access_level,
  }));
  const tokens = users.flatMap(({ username }) =>
    (['private', 'job', 'oauth'] as const).map(
      kind => [tokenOf(username, kind), { username, kind, scopes: ['api'] }] as const,
    ),
  );
  let last = Date.now();
  return {
    bare,
    path: PROJECT,
    web: `${instance}/${PROJECT}`,
    id: 7,
    users,
    tokens: new Map<string, Token>(tokens),
    groups: new Map([['acme/release-managers', ['carol']]]),
    mergeRequests: [],
    statuses: [],
    pipelines: [],
    deployments: [],
    issues: [],
    environments: [],
    jobs: [],
    protectedEnvironments: new Map(),
    events: [],
    releases: new Map(),
    settings: {
      tier: 'premium',
      mergeTrains: false,
      protectedLevel: 40,
      pipelineMustSucceed: false,
      mergeStatus: undefined,
      pipelines: undefined,
      jobStatus: 'success',
      squashOption: 'default_off',
      showsSquashOnMerge: true,
      mergeMethod: 'merge',
      version: '18.4.0-ee',
      variablesLevel: 30,
      forks: 'enabled',
      visibility: 'private',
      issues: 'enabled',
      dropsLabels: false,
      site: 'private',
      selfApproval: false,
      hasApprovedAt: true,
      follows: true,
    },
    now() {
      last = Math.max(Date.now(), last + 1);
      return new Date(last).toISOString();
    },
  };
}
