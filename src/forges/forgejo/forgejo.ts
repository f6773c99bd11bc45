import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import type { HttpAnswer, HttpRequest, HttpResponse } from '../../http/request.ts';
import { inOneChunk } from '../../oci/one-chunk.ts';
import { parseAnswer } from '../api/answer.ts';
import { isRefusal, type Refusal } from '../api/refusal.ts';
import { forgejoFailure } from './failure.ts';
import { type Need, READ } from './need.ts';
import { type ForgejoOptions, locateRepository } from './options.ts';

/** A request to the API of Forgejo or Gitea. */
interface Ask {
  /** The operation with its subject, as messages begin: `find the pull request from main`. */
  readonly doing: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the repository, or with `of: 'instance'` below the API; variable parts must be encoded. */
  readonly path: string;
  readonly of?: 'repository' | 'instance';
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Default: `READ`. */
  readonly need?: Need;
}

/** One repository on Forgejo or Gitea, as its parts request it; refusals are thrown as `Refusal`. */
export interface Forgejo {
  /** `https://host/owner/repository`. */
  readonly name: string;
  readonly owner: string;
  readonly tokenKind: ForgejoOptions['tokenKind'];
  /** Returns an answer that fits the schema; throws `INVALID` otherwise. */
  ask<T>(request: Ask, schema: z.ZodType<T>): Promise<T>;
  /** Sends a request whose answer is not used. */
  tell(request: Ask): Promise<void>;
  /** The items of all pages, which are requested as needed; throws `TOO_LARGE` beyond `most`. */
  items<T>(request: Ask, schema: z.ZodType<T>, most: number): AsyncGenerator<T, void>;
  stream(request: Ask): Promise<AsyncIterable<Uint8Array>>;
  /** Waits before the next try; `tried` is the number of tries so far. */
  pause(tried: number): Promise<void>;
  notice(text: string): void;
}

const LIMIT = 32 * 1024 * 1024;
/** The most items that an instance returns in a page, by default. */
const PAGE = 50;
const ANSWERING = {
  whose: "Forgejo's",
  hint: 'check that the address is that of an instance of Forgejo or Gitea, with what comes before owner/repository',
};

/** Binds the client to the repository. */
export function createForgejo(options: ForgejoOptions): Forgejo {
  const { http, signal, owner, repo, token, tokenKind } = options;
  const place = locateRepository(options);

  function requestOf(ask: Ask): HttpRequest {
    const { method = 'GET', body } = ask;
    return {
      operation: operationOf(ask),
      method,
      url: urlOf(ask),
      headers: {
        authorization: `token ${token}`,
        accept: '*/*',
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      limit: LIMIT,
      // A renamed repository needs its new name, and the token must not go to another address.
      redirects: 'return',
      signal,
    };
  }

  function urlOf({ path, of, query = {} }: Ask): URL {
    const base = of === 'instance' ? '' : `repos/${owner}/${repo}/`;
    const url = new URL(`${base}${path}`.replace(/\/$/, ''), place.api);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    return url;
  }

  function operationOf({ doing, of }: Ask): string {
    return of === 'instance' ? doing : `${doing} of ${place.web}`;
  }

  function succeeded<Answer extends HttpAnswer>(ask: Ask, answer: Answer): Answer {
    if (answer.status >= 200 && answer.status < 300) return answer;
    const response: HttpResponse =
      answer.kind === 'response' ? answer : { ...answer, kind: 'response', bytes: new Uint8Array() };
    throw forgejoFailure(operationOf(ask), response, ask.need ?? READ, options);
  }

  async function send(ask: Ask): Promise<HttpResponse> {
    return succeeded(ask, await http.send(requestOf(ask)));
  }

  return {
    name: place.web,
    owner,
    tokenKind,
    ask: async (ask, schema) => parseAnswer(operationOf(ask), await send(ask), schema, ANSWERING),
    tell: async ask => {
      await send(ask);
    },
    // Some lists have no link to the next page, and an instance may return fewer than requested.
    async *items(ask, schema, most) {
      const page = z.array(schema).nullable();
      let count = 0;
      for (let number = 1; ; number += 1) {
        const answer = await send({ ...ask, query: { limit: PAGE, ...ask.query, page: number } });
        const items = parseAnswer(operationOf(ask), answer, page, ANSWERING) ?? [];
        count += items.length;
        if (count > most) throw tooMany(operationOf(ask), most);
        yield* items;
        const { 'x-total-count': total } = answer.headers;
        if (items.length === 0 || (total !== undefined && count >= Number(total))) return;
      }
    },
    async stream(ask) {
      const answer = succeeded(ask, await http.stream(requestOf(ask)));
      return answer.kind === 'stream' ? answer.body : inOneChunk(answer.bytes);
    },
    pause: tried => http.pause(tried, signal),
    notice: text => options.notice?.(`${place.web}: ${text}`),
  };
}

/** A person or bot as Forgejo shows one; compared by `id`. */
export const ACCOUNT = z.object({ id: z.number().int(), login: z.string() });

/** A name with slashes as a path: each of its parts encoded. */
export function inPath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

/** Whether rights or the object itself are missing: Forgejo answers the same for both. */
export function isUnseen(error: unknown): error is Refusal {
  return isRefusal(error, 403, 404);
}

function tooMany(doing: string, most: number): PromoteError {
  return new PromoteError('TOO_LARGE', `${doing}: more than ${most} items`);
}
