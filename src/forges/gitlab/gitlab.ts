import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { remoteText } from '../../git/remote-text.ts';
import type { HttpAnswer, HttpRequest, HttpResponse } from '../../http/request.ts';
import { inOneChunk } from '../../oci/one-chunk.ts';
import { nextQuery, parseAnswer } from '../api/answer.ts';
import { isRefusal, type Refusal } from '../api/refusal.ts';
import { gitlabFailure } from './failure.ts';
import { type Need, READ } from './need.ts';
import { type GitLabOptions, type GitLabPlace, locateProject } from './options.ts';

/** A request to GitLab's API. */
interface Ask {
  /** The operation with its subject, as messages begin: `find the merge request from main`. */
  readonly doing: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  /** Below the project, the API (`of: 'instance'`) or its versions (`root`); variable parts are encoded. */
  readonly path: string;
  readonly of?: 'project' | 'instance' | 'root';
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Default: `READ`. */
  readonly need?: Need;
  /** The most bytes of an answer. */
  readonly limit?: number;
}

/** One project on GitLab, as its parts request it; refusals are thrown as `Refusal`. */
export interface GitLab {
  /** `https://host/group/project`. */
  readonly name: string;
  /** The project's full path. */
  readonly path: string;
  /** Returns an answer that fits the schema; throws `INVALID` otherwise. */
  ask<T>(request: Ask, schema: z.ZodType<T>): Promise<T>;
  /** The items of all pages, which are requested as needed; throws `TOO_LARGE` beyond `most`. */
  items<T>(request: Ask, schema: z.ZodType<T>, most: number): AsyncGenerator<T, void>;
  /** A GraphQL query's data; throws `INVALID` with GitLab's words for errors, which have status 200. */
  graphql<T>(
    doing: string,
    query: string,
    variables: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
  ): Promise<T>;
  bytes(request: Ask): Promise<Uint8Array>;
  stream(request: Ask): Promise<AsyncIterable<Uint8Array>>;
  /** Waits before the next try; `tried` is the number of tries so far. */
  pause(tried: number): Promise<void>;
  notice(text: string): void;
}

const LIMIT = 32 * 1024 * 1024;
const PAGE = 100;
const ANSWERING = {
  whose: "GitLab's",
  hint: 'check that the address is that of a GitLab instance, of version 17.11 or newer',
};

/** Binds the client to the project. */
export function createGitLab(options: Omit<GitLabOptions, 'git' | 'localBlob'>): GitLab {
  const { http, signal } = options;
  let { project } = options;
  let place = locateProject(options);
  const login = authorization(options);

  function requestOf(ask: Ask): HttpRequest {
    const { method = 'GET', body, limit = LIMIT } = ask;
    return {
      operation: operationOf(ask),
      method,
      url: urlOf(place, project, ask),
      headers: { ...login, accept: '*/*', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      limit,
      // The token must not follow a redirect to another host, and GitLab's API has no redirect that matters.
      redirects: 'return',
      signal,
    };
  }

  function operationOf({ doing, of }: Ask): string {
    return of === 'instance' ? doing : `${doing} of ${place.web}`;
  }

  function succeeded<Answer extends HttpAnswer>(ask: Ask, answer: Answer): Answer {
    if (answer.status >= 200 && answer.status < 300) return answer;
    const response: HttpResponse =
      answer.kind === 'response' ? answer : { ...answer, kind: 'response', bytes: new Uint8Array() };
    throw gitlabFailure(operationOf(ask), response, ask.need ?? READ, options);
  }

  async function send(ask: Ask): Promise<HttpResponse> {
    const answer = await http.send(requestOf(ask));
    if (!isMoved(ask, answer) || !(await follow())) return succeeded(ask, answer);
    return succeeded(ask, await http.send(requestOf(ask)));
  }

  /** Finds the project's present path by its number; whether it has another one. */
  async function follow(): Promise<boolean> {
    const before = project;
    const { headers } = await http.send(requestOf({ doing: 'read', path: '' }));
    const id = /\/projects\/(\d+)$/.exec(headers.location ?? '')?.[1];
    if (id === undefined) return false;
    // The path is asked of this instance, whatever the address of the answer is.
    const ask = { doing: 'read the moved project', of: 'instance', path: `projects/${id}` } as const;
    const answer = succeeded(ask, await http.send(requestOf(ask)));
    const { path_with_namespace: present } = parseAnswer(operationOf(ask), answer, MOVED, ANSWERING);
    if (present === before) return false;
    place = locateProject({ url: options.url, project: present });
    project = present;
    options.notice?.(`${options.project} is ${present} by now: say so in deployments.repository`);
    return true;
  }

  return {
    name: place.web,
    get path() {
      return project;
    },
    ask: async (ask, schema) => parseAnswer(operationOf(ask), await send(ask), schema, ANSWERING),
    async *items(ask, schema, most) {
      let count = 0;
      let query: Ask['query'] | undefined = { per_page: PAGE, ...ask.query };
      while (query !== undefined) {
        const answer = await send({ ...ask, query });
        const items = parseAnswer(operationOf(ask), answer, z.array(schema), ANSWERING);
        count += items.length;
        if (count > most) throw tooMany(operationOf(ask), most);
        yield* items;
        query = items.length === 0 ? undefined : nextQuery(answer);
      }
    },
    async graphql(doing, query, variables, schema) {
      const body = { query, variables };
      const ask: Ask = { doing, method: 'POST', path: 'graphql', of: 'root', body };
      const given = parseAnswer(operationOf(ask), await send(ask), answered(schema), ANSWERING);
      const [error] = given.errors ?? [];
      if (error === undefined && given.data != null) return given.data;
      throw new PromoteError(
        'INVALID',
        `${operationOf(ask)}: ${remoteText(error?.message ?? 'no data', [])}`,
      );
    },
    bytes: async ask => (await send(ask)).bytes,
    async stream(ask) {
      const answer = succeeded(ask, await http.stream(requestOf(ask)));
      return answer.kind === 'stream' ? answer.body : inOneChunk(answer.bytes);
    },
    pause: tried => http.pause(tried, signal),
    notice: text => options.notice?.(`${place.web}: ${text}`),
  };
}

const MOVED = z.object({ path_with_namespace: z.string() });

/** GitLab redirects reads of a project's former path, and refuses everything else. https://docs.gitlab.com/api/rest/#redirects */
function isMoved({ of = 'project' }: Ask, answer: HttpResponse): boolean {
  if (of !== 'project') return false;
  if ([301, 302, 307, 308].includes(answer.status)) return answer.headers.location !== undefined;
  return answer.status === 405 && new TextDecoder().decode(answer.bytes).includes('for moved projects');
}

function answered<T>(data: z.ZodType<T>) {
  return z.object({
    data: data.nullish(),
    errors: z.array(z.object({ message: z.string() })).nullish(),
  });
}

/** A person or bot as GitLab shows one; compared by `id`. */
export const ACCOUNT = z.object({ id: z.number().int(), username: z.string() });

/** Whether rights or the object itself are missing: GitLab answers the same for both. */
export function isUnseen(error: unknown): error is Refusal {
  return isRefusal(error, 403, 404);
}

function authorization({
  token,
  tokenKind,
}: Pick<GitLabOptions, 'token' | 'tokenKind'>): Readonly<Record<string, string>> {
  switch (tokenKind) {
    case 'private':
      return { 'private-token': token };
    case 'job':
      return { 'job-token': token };
    case 'oauth':
      return { authorization: `Bearer ${token}` };
  }
}

function urlOf({ api }: GitLabPlace, project: string, { path, of, query = {} }: Ask): URL {
  const base = { instance: '', root: '../', project: `projects/${encodeURIComponent(project)}/` }[
    of ?? 'project'
  ];
  const url = new URL(`${base}${path}`.replace(/\/$/, ''), api);
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'object') for (const one of value) url.searchParams.append(`${name}[]`, one);
    else url.searchParams.set(name, String(value));
  }
  return url;
}

function tooMany(doing: string, most: number): PromoteError {
  return new PromoteError('TOO_LARGE', `${doing}: more than ${most} items`);
}
