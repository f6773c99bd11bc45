import { PromoteError } from '../../errors.ts';
import { createSilentHosts } from '../../http/silent-hosts.ts';
import type { Person } from '../forge.ts';
import type { Client } from './client.ts';
import { githubFailure } from './failure.ts';
import { createJobTokenNotice } from './job-token.ts';
import { Moved, newPlace } from './moved.ts';
import { GITHUB_API, type GitHubOptions } from './options.ts';
import { person } from './person.ts';

/** One repository on GitHub, as its parts request it. */
export interface GitHub {
  /** `https://host/owner/repo`, as the caller named it. */
  readonly name: string;
  /** Owner and name as they are now, for most requests; they change where the repository has moved. */
  readonly place: { readonly owner: string; readonly repo: string };
  /** Sends requests and returns their data; failures name the operation (`Refusal`, `UNREACHABLE`). */
  ask<T>(doing: string, request: (client: Client) => Promise<{ readonly data: T }>): Promise<T>;
  /** Items of all pages, up to the bound. */
  pages<T>(
    doing: string,
    most: number,
    request: (client: Client) => AsyncIterable<{ data: T[] }>,
  ): Promise<readonly T[]>;
  graphql<T>(doing: string, query: string, variables: Readonly<Record<string, unknown>>): Promise<T>;
  /** The account that the token acts as, read once. */
  viewer(): Promise<Person>;
  /** Shows people a notice, once. */
  notice(text: string): void;
  /** Gives a notice once, after a write by a job's own token: such a write does not start workflows. */
  noticeJobToken(): Promise<void>;
}

/** Binds a client to the repository; `open` is called once, at the first request. */
export function createGitHub(options: GitHubOptions, name: string, open: () => Promise<Client>): GitHub {
  const { auth } = options;
  let place = { owner: options.owner, repo: options.repo };
  const secrets = [auth.kind === 'token' ? auth.token : auth.key];
  const noticed = new Set<string>();

  // Octokit tries again by itself, so the HTTP client does not know when it has given up.
  const silent = createSilentHosts(() => performance.now());
  const url = new URL(options.apiUrl ?? GITHUB_API);

  async function attempt<T>(doing: string, request: (client: Client) => Promise<T>): Promise<T> {
    silent.assertAnswers({ operation: `${doing} of ${name}`, method: 'GET', url });
    try {
      return await attemptOnce(doing, request);
    } catch (error) {
      silent.note(error);
      throw error;
    }
  }

  async function attemptOnce<T>(doing: string, request: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await request(await open()).catch(async error => {
        if (!(error instanceof Moved)) throw error;
        await follow(error);
        return await request(await open());
      });
    } catch (error) {
      if (options.signal?.aborted) throw new PromoteError('CANCELLED', `${doing} of ${name}: cancelled`);
      throw githubFailure(`${doing} of ${name}`, error, secrets);
    }
  }

  async function follow(moved: Moved): Promise<void> {
    const found = await newPlace(await open(), moved);
    if (found === undefined) throw moved;
    place = found;
    notice(`it is ${found.owner}/${found.repo} by now: say so in deployments.repository`);
  }

  async function graphql<T>(
    doing: string,
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<T> {
    return await attempt(doing, client => client.graphql<T>(query, variables));
  }

  function notice(text: string): void {
    if (!noticed.has(text)) options.notice?.(`${name}: ${text}`);
    noticed.add(text);
  }

  let viewing: Promise<Person> | undefined;
  const viewer = async () => {
    viewing ??= graphql<{ readonly viewer: Viewer }>('ask who acts', VIEWER, {}).then(asked =>
      person({ id: asked.viewer.databaseId, login: asked.viewer.login }),
    );
    return await viewing;
  };
  return {
    name,
    get place() {
      return place;
    },
    ask: async (doing, request) => (await attempt(doing, request)).data,
    pages: (doing, most, request) => attempt(doing, client => firstItems(request(client), most)),
    graphql,
    notice,
    viewer,
    noticeJobToken: createJobTokenNotice(auth, async () => (await viewer()).name, notice),
  };
}

const VIEWER = 'query { viewer { login databaseId } }';

interface Viewer {
  readonly login: string;
  readonly databaseId: number;
}

async function firstItems<T>(pages: AsyncIterable<{ data: T[] }>, most: number): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const { data } of pages) {
    items.push(...data);
    if (items.length >= most) break;
  }
  return items.slice(0, most);
}
