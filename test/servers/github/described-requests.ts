import { createRequire } from 'node:module';
import { keptJson } from '../kept-json.ts';

export type Json = { readonly [key: string]: unknown };

/** GitHub's own description (`@octokit/openapi`), of requests alone: answers are nine tenths of its 13 MB. */
export function describedRequests(): Json {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  return keptJson('github-requests', file, text => requestsOf(JSON.parse(text)));
}

function requestsOf(whole: Json): Json {
  const paths = Object.entries(object(whole.paths)).map(([path, item]) => {
    const operations = Object.entries(object(item)).map(([method, described]) => {
      const { parameters, requestBody } = object(described);
      return [method, { parameters, requestBody }] as const;
    });
    return [path, Object.fromEntries(operations)] as const;
  });
  const described = { paths: Object.fromEntries(paths) };
  return { ...described, components: componentsOf(whole, described) };
}

/** What the requests refer to, and what that refers to. */
function componentsOf(whole: Json, described: unknown): Json {
  const found: Record<string, Record<string, unknown>> = {};
  const due = [described];
  for (let part = due.pop(); part !== undefined; part = due.pop()) {
    const { $ref: reference } = object(part);
    if (typeof reference === 'string') {
      const [, , kind = '', name = ''] = reference.split('/');
      found[kind] ??= {};
      if (name in found[kind]) continue;
      found[kind][name] = object(object(whole.components)[kind])[name];
      due.push(found[kind][name]);
    }
    due.push(...Object.values(object(part)).filter(value => typeof value === 'object' && value !== null));
  }
  return found;
}

/** The value itself where it is an object: a description is too large to be copied. */
export function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
