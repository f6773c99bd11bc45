import { z } from 'zod';
import { endsSoon, type TokenRight, type TokenUse } from '../token-right.ts';
import type { GitHub } from './github.ts';
import type { GitHubAuth } from './options.ts';

/** The permissions that an App, a fine-grained token or a job needs. */
const NEEDED = ['contents', 'pull_requests', 'statuses'];

function neededFor({ deployments }: TokenUse): readonly string[] {
  return deployments ? [...NEEDED, 'deployments'] : NEEDED;
}

const INSTALLATION = z.object({ permissions: z.record(z.string(), z.string()).default({}) });

/** Tokens with permissions for repositories, which GitHub does not show. */
const FINE_GRAINED = /^(?:github_pat_|ghs_|ghu_)/;

/**
 * What the token may do: an App's permissions, or a classic token's scopes, which each answer names.
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export async function tokenRights(
  github: GitHub,
  auth: GitHubAuth,
  use: TokenUse,
): Promise<readonly TokenRight[]> {
  if (auth.kind === 'app') {
    const installed = await github.ask('ask what the App may do', async client => ({
      data: await client.auth({ type: 'installation' }),
    }));
    return appRights(INSTALLATION.parse(installed).permissions, use);
  }
  const { headers, isPrivate } = await github.ask('ask what the token may do', async client => {
    const answer = await client.rest.repos.get(github.place);
    return { data: { headers: answer.headers, isPrivate: answer.data.private } };
  });
  const ends = endsSoon(text(headers['github-authentication-token-expiration']), use);
  const scopes = text(headers['x-oauth-scopes']);
  if (scopes === undefined || FINE_GRAINED.test(auth.token)) return [...ends, hidden(auth.token, use)];
  return [...ends, ...scopeRights(scopes, isPrivate, use)];
}

function appRights(permissions: Readonly<Record<string, string>>, use: TokenUse): readonly TokenRight[] {
  const needed = neededFor(use);
  const missing = needed.filter(name => permissions[name] !== 'write').map(name => `${name}: write`);
  const lacks = use.teams && permissions.members === undefined ? [...missing, 'members: read'] : missing;
  if (lacks.length === 0) return [{ verdict: 'ok', text: `the App has ${named(needed)}: write` }];
  return [
    {
      verdict: 'error',
      text: `the App lacks the permission ${named(lacks)}`,
      hint: 'give it that in its settings, and accept the change where it is installed',
    },
  ];
}

function scopeRights(header: string, isPrivate: boolean, { teams }: TokenUse): readonly TokenRight[] {
  const scopes = header.split(',').map(scope => scope.trim());
  const has = (...wanted: readonly string[]) => wanted.some(scope => scopes.includes(scope));
  const wanted = isPrivate ? ['repo'] : ['repo', 'public_repo'];
  const lacks = [
    ...(has(...wanted) ? [] : [wanted.join(' or ')]),
    ...(teams && !has('read:org', 'write:org', 'admin:org') ? ['read:org'] : []),
  ];
  const list = header === '' ? 'no scope' : `the scopes ${scopes.join(', ')}`;
  if (lacks.length === 0) return [{ verdict: 'ok', text: `the token has ${list}` }];
  return [
    {
      verdict: 'error',
      text: `the token has ${list}, and needs ${named(lacks)}`,
      hint: 'give it that in the settings of its owner, or use a GitHub App',
    },
  ];
}

function hidden(token: string, use: TokenUse): TokenRight {
  const needed = [...neededFor(use).map(name => `${name}: write`), ...(use.teams ? ['members: read'] : [])];
  return {
    verdict: 'unknown',
    text: 'what the token may do, which GitHub does not say of this kind of token',
    hint: `${token.startsWith('ghs_') ? "the job's permissions need" : 'it needs'} ${named(needed)}; a first write shows whether it has them`,
  };
}

function named(names: readonly string[]): string {
  const written = names.map(name => name.replaceAll('_', '-'));
  return written.length < 2 ? written.join('') : `${written.slice(0, -1).join(', ')} and ${written.at(-1)}`;
}

function text(header: unknown): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
