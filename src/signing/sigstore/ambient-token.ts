import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import { childEnvironment } from '../../secrets/child-environment.ts';
import type { IdentityToken } from './identity-token.ts';
import { askService, parseAnswer } from './service.ts';

/** The audience that Fulcio requires of tokens. */
const AUDIENCE = 'sigstore';

const OPERATION = 'get identity token';

/** The environment that requests a token: its variables, and HTTP to reach its CI. */
export interface TokenPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly http: Http;
  readonly signal?: AbortSignal;
}

/** The CI's token for this run: from a variable, GitHub Actions, or Buildkite. */
export function ambientToken(place: TokenPlace): IdentityToken {
  const { env } = place;
  return async () => {
    if (env.SIGSTORE_ID_TOKEN) return env.SIGSTORE_ID_TOKEN;
    if (env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN) {
      return await githubToken(place, env.ACTIONS_ID_TOKEN_REQUEST_URL, env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
    }
    if (env.BUILDKITE === 'true') return await buildkiteToken(place);
    throw new PromoteError('SIGNATURE', `${OPERATION}: nobody here has one`, {
      hint:
        'grant `permissions: id-token: write` on GitHub, `enable-openid-connect: true` on Forgejo, `id_tokens: SIGSTORE_ID_TOKEN` with aud sigstore on GitLab, ' +
        'or name signing.keyless.tokenFile',
    });
  };
}

/** https://docs.github.com/en/actions/reference/security/oidc, which Forgejo follows from version 15 on. */
async function githubToken({ http, signal }: TokenPlace, url: string, bearer: string): Promise<string> {
  const { origin, pathname, searchParams } = new URL(url);
  searchParams.set('audience', AUDIENCE);
  const answer = await askService({
    service: { http, url: origin, signal },
    operation: OPERATION,
    path: `${pathname}?${searchParams}`,
    headers: { authorization: `Bearer ${bearer}` },
    hint: 'grant the job `permissions: id-token: write`, or on Forgejo `enable-openid-connect: true`',
  });
  return parseAnswer(z.object({ value: z.string() }), answer, OPERATION).value;
}

/** https://buildkite.com/docs/agent/cli/reference/oidc */
async function buildkiteToken({ env, signal }: TokenPlace): Promise<string> {
  try {
    const args = ['oidc', 'request-token', '--audience', AUDIENCE];
    const options = {
      env: { ...childEnvironment(env, 'buildkite-agent') },
      ...(signal === undefined ? {} : { signal }),
    };
    const { stdout } = await promisify(execFile)('buildkite-agent', args, options);
    return stdout.trim();
  } catch (error) {
    rethrowDefect(error);
    // The error would contain the agent's output.
    throw new PromoteError('SIGNATURE', `${OPERATION}: buildkite-agent gave none`, {
      hint: 'run `buildkite-agent oidc request-token --audience sigstore` in the job to see why',
    });
  }
}
