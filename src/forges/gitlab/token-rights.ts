import { z } from 'zod';
import { isRefusal } from '../api/refusal.ts';
import { endsSoon, type TokenRight, type TokenUse } from '../token-right.ts';
import type { GitLab } from './gitlab.ts';
import type { TokenKind } from './options.ts';

const SELF = z.object({ scopes: z.array(z.string()).default([]), expires_at: z.string().nullish() });
const CURE = 'set PROMOTE_GITLAB_TOKEN to a project or group access token with the scope api';

/**
 * What the token may do, by its scopes; tokens of projects and groups answer like a person's.
 * https://docs.gitlab.com/api/personal_access_tokens/#self-inform
 */
export async function tokenRights(
  gitlab: GitLab,
  tokenKind: TokenKind,
  use: TokenUse,
): Promise<readonly TokenRight[]> {
  if (tokenKind === 'job') return [ofJob(use)];
  try {
    const path = 'personal_access_tokens/self';
    const { scopes, expires_at } = await gitlab.ask(
      { doing: 'ask what the token may do', path, of: 'instance' },
      SELF,
    );
    return [...endsSoon(expires_at, use), ofScopes(scopes, use)];
  } catch (error) {
    if (!isRefusal(error, 400, 401, 403, 404)) throw error;
    return [{ verdict: 'unknown', text: `what the token may do: ${error.message}`, hint: CURE }];
  }
}

function ofScopes(scopes: readonly string[], { pullRequests }: TokenUse): TokenRight {
  const has = (scope: string) => scopes.includes(scope);
  const list = scopes.length === 0 ? 'no scope' : `the scopes ${scopes.join(', ')}`;
  if (has('api')) return { verdict: 'ok', text: `the token has ${list}` };
  if (has('granular')) {
    const text = 'what the token may do, since its permissions are fine-grained';
    return { verdict: 'unknown', text, hint: CURE };
  }
  if (!pullRequests && has('read_api') && has('write_repository'))
    return { verdict: 'ok', text: `the token has ${list}, which direct commits need` };
  const needs = pullRequests ? 'api' : 'api, or read_api and write_repository';
  return { verdict: 'error', text: `the token has ${list}, and needs ${needs}`, hint: CURE };
}

function ofJob({ pullRequests }: TokenUse): TokenRight {
  if (pullRequests) {
    const text = "the token is the job's own (CI_JOB_TOKEN), which opens no merge request and sets no status";
    return { verdict: 'error', text, hint: CURE };
  }
  return {
    verdict: 'unknown',
    text: "whether the job's own token (CI_JOB_TOKEN) may push",
    hint: 'allow it under Settings > CI/CD > Job token permissions of the project',
  };
}
