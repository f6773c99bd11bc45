import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

type Json = { readonly [key: string]: unknown };

/** A request and its answer as Forgejo's description sees them. */
export interface Described {
  readonly method: string;
  /** Forgejo's own template. */
  readonly template: string;
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly status: number;
  /** What was answered; `undefined` for bytes, and for what has no content. */
  readonly answered: unknown;
}

/** What Forgejo documents although the subset at hand does not have it, and where. */
const EXCEPTIONS: ReadonlySet<string> = new Set([
  // https://codeberg.org/api/swagger#/issue/issueRemoveLabel
  'DELETE /repos/{owner}/{repo}/issues/{index}/labels/{id}',
  // https://codeberg.org/api/swagger#/repository/repoGetReleaseByTag
  'GET /repos/{owner}/{repo}/releases/tags/{tag}',
  // https://codeberg.org/api/swagger#/issue/issueGetCommentsAndTimeline
  'GET /repos/{owner}/{repo}/issues/{index}/timeline',
  // https://codeberg.org/api/swagger#/issue/issueCreateComment
  'POST /repos/{owner}/{repo}/issues/{index}/comments',
  // https://codeberg.org/api/swagger#/repository/repoListActivityFeeds
  'GET /repos/{owner}/{repo}/activities/feeds',
  // https://codeberg.org/api/swagger#/organization/orgListLabels
  'GET /orgs/{org}/labels',
]);

type Check = (request: Described) => string | undefined;

const checks = new Map<string, Check>();

/** A check of requests and answers against Forgejo's own description: what one breaks of it, `undefined`: nothing. */
export function describedBy(file: string): Check {
  const check = checks.get(file) ?? checkBy(JSON.parse(readFileSync(file, 'utf8')));
  checks.set(file, check);
  return check;
}

function checkBy(description: Json): Check {
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
  const definitions = Object.fromEntries(
    Object.entries(object(description.definitions)).map(([name, schema]) => [name, closed(schema)]),
  );
  const compiled = new Map<string, ValidateFunction>();

  function wrongValue(schema: unknown, value: unknown): string | undefined {
    const key = JSON.stringify(schema);
    const validate = compiled.get(key) ?? ajv.compile({ definitions, ...object(closed(schema)) });
    compiled.set(key, validate);
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
  }

  function wrongQuery(parameters: readonly Json[], query: URLSearchParams): string | undefined {
    for (const [name, text] of query) {
      const parameter = parameters.find(one => one.in === 'query' && one.name === name);
      if (parameter === undefined) return `no query parameter ${name}`;
      const { type, enum: values } = parameter;
      const isNumber = type === 'integer' && !/^\d+$/.test(text);
      const isBoolean = type === 'boolean' && !/^(true|false)$/.test(text);
      const isOther = Array.isArray(values) && !values.includes(text);
      if (isNumber || isBoolean || isOther) return `query parameter ${name}: ${text}`;
    }
    return undefined;
  }

  function wrongBody(parameters: readonly Json[], body: Json): string | undefined {
    const parameter = parameters.find(one => one.in === 'body');
    if (parameter === undefined) return Object.keys(body).length === 0 ? undefined : 'it takes no body';
    const wrong = wrongValue(parameter.schema, body);
    return wrong && `its body: ${wrong}`;
  }

  function wrongAnswer(operation: Json, { status, answered }: Described): string | undefined {
    const responses = object(operation.responses);
    // A request that lacks a right, or that the server fails at, may be answered so anywhere.
    if (responses[status] === undefined) return status >= 400 ? undefined : `it never answers ${status}`;
    if (status >= 300 || answered === undefined) return undefined;
    const { schema } = resolved(responses[status]);
    const wrong = schema === undefined ? undefined : wrongValue(schema, answered);
    return wrong && `its answer: ${wrong}`;
  }

  function resolved(value: unknown): Json {
    const { $ref: reference } = object(value);
    if (typeof reference !== 'string') return object(value);
    return object(object(description.responses)[reference.split('/').at(-1) ?? '']);
  }

  return request => {
    const { method, template, query, body } = request;
    const line = `${method} ${template}`;
    if (EXCEPTIONS.has(line)) return undefined;
    const operation = object(object(object(description.paths)[template])[method.toLowerCase()]);
    if (Object.keys(operation).length === 0) return `${line}: Forgejo describes no such request`;
    const parameters = list(operation.parameters).map(object);
    const wrong =
      wrongQuery(parameters, query) ?? wrongBody(parameters, body) ?? wrongAnswer(operation, request);
    return wrong && `${line}: ${wrong}`;
  };
}

/** A schema that takes no field which it does not name, and null for what Go leaves out. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  const { $ref: reference, properties, items, type, enum: values, ...rest } = object(schema);
  if (typeof reference === 'string') return { anyOf: [{ $ref: reference }, { type: 'null' }] };
  const named = Object.entries(object(properties)).map(([key, one]) => [key, closed(one)] as const);
  return {
    ...rest,
    ...(typeof type === 'string' && { type: [type, 'null'] }),
    ...(Array.isArray(values) && { enum: [...values, null] }),
    ...(items !== undefined && { items: closed(items) }),
    ...(properties !== undefined && { properties: Object.fromEntries(named), additionalProperties: false }),
  };
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
