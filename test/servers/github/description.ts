import { Ajv, type ValidateFunction } from 'ajv';
import { describedRequests, type Json, object } from './described-requests.ts';

interface Operation {
  readonly template: readonly string[];
  readonly parameters: readonly Json[];
  readonly body: Json | undefined;
  readonly needsBody: boolean;
}

/** What a request breaks of GitHub's own description (`@octokit/openapi`); `undefined`: nothing. */
export function violation(method: string, url: URL, body: unknown): string | undefined {
  const path = url.pathname.split('/');
  const operation = operations(method).find(({ template }) => matches(template, path));
  if (operation === undefined) return `${method} ${url.pathname}: GitHub has no such request`;
  const wrong = queryViolation(operation, url) ?? bodyViolation(operation, body);
  return wrong && `${method} ${operation.template.join('/')}: ${wrong}`;
}

let description: Json | undefined;
const ajv = new Ajv({ strict: false, validateFormats: false, logger: false, coerceTypes: true });
const compiled = new WeakMap<Json, ValidateFunction>();
const known = new Map<string, readonly Operation[]>();

function operations(method: string): readonly Operation[] {
  description ??= describedRequests();
  const listed =
    known.get(method) ??
    Object.entries(object(description.paths)).flatMap(([path, item]) => {
      const operation = object(item)[method.toLowerCase()];
      return operation === undefined ? [] : [asOperation(path, object(operation))];
    });
  known.set(method, listed);
  return listed;
}

function asOperation(path: string, operation: Json): Operation {
  const requestBody = object(operation.requestBody);
  const content = object(object(requestBody.content)['application/json']);
  return {
    template: path.split('/'),
    parameters: list(operation.parameters).map(resolve),
    body: content.schema === undefined ? undefined : whole(object(content.schema)),
    needsBody: requestBody.required === true,
  };
}

function matches(template: readonly string[], path: readonly string[]): boolean {
  return (
    template.length === path.length && template.every((part, at) => part.startsWith('{') || part === path[at])
  );
}

function queryViolation({ parameters }: Operation, url: URL): string | undefined {
  const allowed = new Map(
    parameters.filter(({ in: place }) => place === 'query').map(one => [one.name, one]),
  );
  for (const [name, value] of url.searchParams) {
    const parameter = allowed.get(name);
    if (parameter === undefined) return `no query parameter ${name}`;
    const wrong = schemaViolation(
      parameter,
      () => ({ properties: { value: whole(object(parameter.schema)) } }),
      { value },
    );
    if (wrong !== undefined) return `query parameter ${name}: ${wrong}`;
  }
  const missing = [...allowed.values()].find(
    ({ name, required }) => required && !url.searchParams.has(String(name)),
  );
  return missing && `query parameter ${missing.name} is missing`;
}

function bodyViolation({ body: schema, needsBody }: Operation, body: unknown): string | undefined {
  if (body === undefined) return needsBody ? 'the body is missing' : undefined;
  if (schema === undefined) return 'a body where none belongs';
  const extra = Object.keys(object(body)).find(
    name => schema.properties !== undefined && !(name in object(schema.properties)),
  );
  return extra === undefined ? schemaViolation(schema, () => schema, body) : `no field ${extra} in the body`;
}

/** Compiled once for each `key`. A query's value is a string that may stand for a number: it is wrapped to be coerced. */
function schemaViolation(key: Json, schema: () => Json, value: unknown): string | undefined {
  const validate = compiled.get(key) ?? ajv.compile(schema());
  compiled.set(key, validate);
  return validate(structuredClone(value)) ? undefined : ajv.errorsText(validate.errors);
}

/** The schema with every reference put in its place. */
function whole(schema: Json): Json {
  const { $ref: reference, nullable, ...rest } = schema;
  if (typeof reference === 'string') return whole(resolve(schema));
  const entries = Object.entries(rest).map(([key, value]) => [key, deep(value)] as const);
  // Without a type beside it, it says nothing: https://spec.openapis.org/oas/v3.0.3#schema-object
  return Object.fromEntries('type' in rest && nullable ? [...entries, ['nullable', nullable]] : entries);
}

function deep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deep);
  return typeof value === 'object' && value !== null ? whole(object(value)) : value;
}

function resolve(value: unknown): Json {
  const { $ref: reference } = object(value);
  if (typeof reference !== 'string') return object(value);
  const parts = reference.slice(2).split('/');
  return resolve(parts.reduce<unknown>((at, part) => object(at)[part], description));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
