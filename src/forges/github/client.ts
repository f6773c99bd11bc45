import { createPrivateKey } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import { createFetch, type FetchInit } from '../../http/fetch.ts';
import { Moved, noticeMoves } from './moved.ts';
import { ELSEWHERE, GITHUB_API, type GitHubOptions } from './options.ts';
import { tellPacing } from './pacing.ts';
import { heedRetryAfter, rateLimits } from './rate-limits.ts';
import { RETRY, tellRetries } from './retries.ts';

/** GitHub's API; the client keeps its rate limits and retries passing failures. */
export type Client = Octokit;

/** Opens the client as the token or as the App's installation on the repository. */
export async function openClient(options: GitHubOptions): Promise<Client> {
  const fetch = createFetch(options.http, 'ask GitHub', { redirects: 'follow-temporary', whole: mostOf });
  const { signal = null, log = () => undefined } = options;
  const plumbing = {
    userAgent: 'gitops-promote',
    baseUrl: options.apiUrl ?? GITHUB_API,
    log: SILENT,
    retry: RETRY,
    throttle: { ...rateLimits(log), enabled: options.rateLimits !== 'none' },
    request: {
      fetch: (url: string, init: FetchInit) => fetch(url, { ...init, signal: init.signal ?? signal }),
    },
  };
  const client = await authenticated(options, plumbing);
  if (plumbing.throttle.enabled) {
    heedRetryAfter(client, log, signal);
    tellPacing(client, log);
  }
  noticeMoves(client, options);
  refusePages(client);
  return client;
}

/** Throws `INVALID` for an answer that is no JSON, as of a proxy that asks for a login: Octokit returns its text. */
function refusePages(client: Client): void {
  client.hook.after('request', ({ data, status }, { method, url }) => {
    if (typeof data !== 'string' || ![200, 201].includes(status)) return;
    throw new PromoteError('INVALID', `ask GitHub: ${method} ${url}: the answer is no JSON`, {
      hint: ELSEWHERE,
    });
  });
}

/** The most bytes of an answer: a blob of 100 MB in base64. An archive is streamed. */
const MOST_BYTES = 160 * 1024 * 1024;

function mostOf({ pathname }: URL): number | undefined {
  return pathname.includes('/tarball/') ? undefined : MOST_BYTES;
}

function throttled({ log = () => undefined }: Pick<GitHubOptions, 'log'>) {
  return Octokit.plugin(throttling, tellRetries(log), retry);
}

type Plumbing = ConstructorParameters<ReturnType<typeof throttled>>[0];

async function authenticated(options: GitHubOptions, plumbing: Plumbing): Promise<Client> {
  const { auth, owner, repo } = options;
  const Throttled = throttled(options);
  if (auth.kind === 'token') return new Throttled({ ...plumbing, auth: auth.token });
  assertKey(auth.key);
  const app = { appId: auth.id, privateKey: auth.key };
  const strategy = { ...plumbing, authStrategy: createAppAuth };
  const installationId =
    auth.installation ??
    (await findInstallation(openApp(new Throttled({ ...strategy, auth: app }), options), owner, repo));
  return new Throttled({ ...strategy, auth: { ...app, installationId } });
}

function openApp(client: Client, place: Pick<GitHubOptions, 'owner' | 'repo'>): Client {
  noticeMoves(client, place);
  return client;
}

async function findInstallation(app: Client, owner: string, repo: string): Promise<number> {
  try {
    return (await app.rest.apps.getRepoInstallation({ owner, repo })).data.id;
  } catch (error) {
    if (error instanceof Moved) {
      throw new PromoteError('NOT_FOUND', `${owner}/${repo} has been renamed or transferred`, {
        hint: 'give its present address in deployments.repository; an App cannot ask for it by the old one',
      });
    }
    if (!(error instanceof Error) || !('status' in error) || error.status !== 404) throw error;
    throw new PromoteError('NOT_FOUND', `the GitHub App is not installed on ${owner}/${repo}`, {
      hint: 'install it there, with the permissions contents, pull requests and commit statuses: write',
    });
  }
}

function assertKey(key: string): void {
  try {
    createPrivateKey(key);
  } catch (error) {
    rethrowDefect(error);
    throw new PromoteError('KEY', "the GitHub App's private key cannot be read", {
      hint: 'give the PEM file that GitHub made, with its line breaks',
    });
  }
}

// Octokit writes deprecations and failures to the console; what matters comes back as an error.
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
