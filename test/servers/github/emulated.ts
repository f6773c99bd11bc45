import { createEmulator } from 'emulate';
import { JOB, JOB_TOKEN } from './job-token.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';

/** The `emulate` package behind the server. */
export interface Emulated {
  /** The key of the App that is installed in the organization. */
  readonly appKey: string;
  forward(request: ApiRequest): Promise<ApiAnswer>;
  /** A request of the server's own, as the organization's owner unless a token is given. */
  ask(method: string, path: string, body?: object, authorization?: string): Promise<ApiAnswer>;
  close(): Promise<void>;
}

/** Who is who: the tool's own account, three people and a job who may write, and one who may only read. */
export const BOT = 'promote-bot';
/** The account of the App that is installed. */
export const APP_ACCOUNT = 'promote[bot]';
const OWNER = 'olga';
const WRITERS = [BOT, 'alice', 'bob', 'carol', JOB, APP_ACCOUNT];
export const READER = 'mallory';
export const APP = 4711;

/** A person's token. */
export function tokenOf(login: string): string {
  return login === JOB ? JOB_TOKEN : `ghp_secret_of_${login}`;
}

/** Starts `emulate` with one private repository of an organization, its people, a team and an App; it names itself by `baseUrl`. */
export async function startEmulated(owner: string, repo: string, baseUrl: string): Promise<Emulated> {
  const people = [OWNER, ...WRITERS, READER];
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: Object.fromEntries(
        people.map(login => [tokenOf(login), { login, scopes: ['repo', 'admin:org'] }]),
      ),
      github: {
        users: people.map(login => ({ login, email: `${login}@example.com` })),
        orgs: [{ login: owner, members: [{ login: OWNER, role: 'admin' }] }],
        repos: [{ owner, name: repo, private: true, auto_init: true }],
        apps: [app(owner)],
      },
    },
  });
  const addresses = { from: emulator.url, to: baseUrl };
  const ask: Emulated['ask'] = (method, path, body, authorization = `Bearer ${tokenOf(OWNER)}`) =>
    send(addresses, method, path, body, authorization);
  for (const login of WRITERS) {
    await ask('PUT', `/repos/${owner}/${repo}/collaborators/${encodeURIComponent(login)}`, {
      permission: 'push',
    });
  }
  await ask('PUT', `/repos/${owner}/${repo}/collaborators/${READER}`, { permission: 'pull' });
  await ask('POST', `/orgs/${owner}/teams`, { name: 'release-managers' });
  for (const login of ['alice', 'bob']) {
    await ask('PUT', `/orgs/${owner}/teams/release-managers/memberships/${login}`, {});
  }
  return {
    appKey: emulator.generatedSecrets[0]?.value ?? '',
    ask,
    forward: ({ method, url, body, authorization }) =>
      send(addresses, method, `${url.pathname}${url.search}`, body, authorization),
    close: () => emulator.close(),
  };
}

function app(account: string) {
  const permissions = { contents: 'write', pull_requests: 'write', statuses: 'write', issues: 'write' };
  const installations = [{ installation_id: 99, account, repository_selection: 'all', permissions }];
  return { app_id: APP, slug: 'promote', name: 'Promote', permissions, installations };
}

async function send(
  { from, to }: { readonly from: string; readonly to: string },
  method: string,
  path: string,
  body: object | undefined,
  authorization: string,
): Promise<ApiAnswer> {
  const answer = await fetch(`${from}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = (await answer.text()).replaceAll(from, to);
  const link = answer.headers.get('link')?.replaceAll(from, to);
  return {
    status: answer.status,
    ...(text !== '' && { body: JSON.parse(text) }),
    ...(link !== undefined && { headers: { link } }),
  };
}
