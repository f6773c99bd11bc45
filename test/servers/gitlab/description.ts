import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { keptJson } from '../kept-json.ts';

type Json = { readonly [key: string]: unknown };

/** A request as GitLab's description sees it. */
export interface Described {
  readonly method: string;
  /** GitLab's template below `/api/v4/`. */
  readonly template: string;
  readonly query: URLSearchParams;
  readonly body: Json;
}

/** What GitLab documents although the description at hand does not have it, and where. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  [
    'GET projects/{id}/merge_requests/{merge_request_iid}/versions',
    'not among the described paths; https://docs.gitlab.com/api/merge_requests/#list-merge-request-diff-versions',
  ],
  [
    'GET projects/{id}/merge_requests/{merge_request_iid}/reviewers',
    'not among the described paths; https://docs.gitlab.com/api/merge_requests/#list-all-merge-request-reviewers',
  ],
  ['GET users', 'not among the described paths; https://docs.gitlab.com/api/users/#list-users'],
  [
    'GET projects/{id}/releases/{tag_name}',
    'not among the described paths; https://docs.gitlab.com/api/releases/#get-a-release-by-a-tag-name',
  ],
  [
    'GET projects/{id}/repository/merge_base',
    'not among the described paths; https://docs.gitlab.com/api/repositories/#retrieve-a-merge-base',
  ],
  [
    'GET projects/{id}/repository/commits/{sha}/merge_requests',
    'not among the described paths; https://docs.gitlab.com/api/commits/#list-all-merge-requests-associated-with-a-commit',
  ],
  [
    'PUT projects/{id}/merge_requests/{noteable_id}/notes/{note_id}',
    'not among the described paths; https://docs.gitlab.com/api/notes/#modify-a-merge-request-note',
  ],
  [
    'POST projects/{id}/merge_requests/{noteable_id}/discussions/{discussion_id}/notes',
    'not among the described paths; https://docs.gitlab.com/api/discussions/#add-note-to-existing-merge-request-thread',
  ],
  [
    'GET projects/{id}/approval_rules',
    'not among the described paths; https://docs.gitlab.com/api/merge_request_approvals/',
  ],
  [
    'POST projects/{id}/merge_requests/{merge_request_iid}/unapprove',
    'not among the described paths; https://docs.gitlab.com/api/merge_request_approvals/#unapprove-a-merge-request',
  ],
  ['GET job', 'not among the described paths; https://docs.gitlab.com/api/jobs/#retrieve-a-job-by-job-token'],
  [
    'GET projects/{id}/pipelines/{pipeline_id}',
    'not among the described paths; https://docs.gitlab.com/api/pipelines/#retrieve-a-single-pipeline',
  ],
  [
    'GET projects/{id}/protected_environments/{name}',
    'not among the described paths; https://docs.gitlab.com/api/protected_environments/',
  ],
  [
    'GET personal_access_tokens/self',
    'not among the described paths; https://docs.gitlab.com/api/personal_access_tokens/#self-inform',
  ],
  [
    'GET projects/{id}/environments',
    'not among the described paths; https://docs.gitlab.com/api/environments/#list-environments',
  ],
  [
    'POST projects/{id}/environments',
    'not among the described paths; https://docs.gitlab.com/api/environments/#create-a-new-environment',
  ],
  [
    'PUT projects/{id}/environments/{environment_id}',
    'not among the described paths; https://docs.gitlab.com/api/environments/#update-an-existing-environment',
  ],
  [
    'POST projects/{id}/deployments',
    'not among the described paths; https://docs.gitlab.com/api/deployments/#create-a-deployment',
  ],
  ['GET projects/{id}/issues', 'not among the described paths; https://docs.gitlab.com/api/issues/'],
  [
    'POST projects/{id}/issues',
    'not among the described paths; https://docs.gitlab.com/api/issues/#create-an-issue',
  ],
  [
    'PUT projects/{id}/issues/{issue_iid}',
    'not among the described paths; https://docs.gitlab.com/api/issues/#update-an-issue',
  ],
  ['GET version', 'not among the described paths; https://docs.gitlab.com/api/version/'],
  ['GET projects/{id}/pipelines', 'not among the described paths; https://docs.gitlab.com/api/pipelines/'],
  [
    'GET projects/{id}/pipelines/{pipeline_id}/jobs',
    'not among the described paths; https://docs.gitlab.com/api/jobs/#list-pipeline-jobs',
  ],
  [
    'POST projects/{id}/pipeline',
    'not among the described paths; https://docs.gitlab.com/api/pipelines/#create-a-new-pipeline',
  ],
  [
    'GET projects/{id}/pipelines/{pipeline_id}/variables',
    'not among the described paths; https://docs.gitlab.com/api/pipelines/#get-variables-of-a-pipeline',
  ],
  ['GET projects/{id}/events', 'not among the described paths; https://docs.gitlab.com/api/events/'],
]);

type Check = (request: Described) => string | undefined;

const checks = new Map<string, Check>();

/** A check of requests against GitLab's OpenAPI file: what one breaks of it, `undefined`: nothing. */
export function describedBy(file: string): Check {
  const check = checks.get(file) ?? checkBy(keptJson('gitlab', file, parse));
  checks.set(file, check);
  return check;
}

function checkBy(description: Json): Check {
  const compiled = new WeakMap<object, ValidateFunction>();
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false, coerceTypes: 'array' });

  function resolved(value: unknown): Json {
    const { $ref: reference, ...rest } = object(value);
    if (typeof reference !== 'string') return withNull(rest);
    return resolved(
      reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, part) => object(at)[part], description),
    );
  }

  function wrongValue(schema: unknown, value: unknown): string | undefined {
    const node = typeof schema === 'object' && schema !== null ? schema : {};
    const validate = compiled.get(node) ?? ajv.compile({ properties: { value: resolved(node) } });
    compiled.set(node, validate);
    return validate({ value: structuredClone(value) }) ? undefined : ajv.errorsText(validate.errors);
  }

  function wrongQuery(parameters: readonly Json[], query: URLSearchParams): string | undefined {
    for (const name of new Set(query.keys())) {
      const parameter = parameters.find(one => one.name === name.replace(/\[\]$/, ''));
      if (parameter === undefined) return `no query parameter ${name}`;
      const schema = resolved(parameter.schema);
      const values = query.getAll(name);
      const value = [schema.type].flat().includes('array')
        ? values.flatMap(one => one.split(','))
        : values[0];
      const wrong = wrongValue(parameter.schema, value);
      if (wrong !== undefined) return `query parameter ${name}: ${wrong}`;
    }
    const missing = parameters.find(one => one.required === true && !query.has(String(one.name)));
    return missing && `query parameter ${missing.name} is missing`;
  }

  function wrongBody(operation: Json, body: Json): string | undefined {
    const content = object(object(object(operation.requestBody).content)['application/json']);
    const { properties, required } = resolved(content.schema);
    const missing = strings(required).find(name => !(name in body));
    if (missing !== undefined) return `no field ${missing} in the body`;
    for (const [name, value] of Object.entries(body)) {
      const schema = object(properties)[name];
      const wrong = schema === undefined ? 'no such field' : wrongValue(schema, value);
      if (wrong !== undefined) return `field ${name} of the body: ${wrong}`;
    }
    return undefined;
  }

  const items = new Map(
    Object.entries(object(description.paths)).map(([path, item]) => [shape(path), object(item)]),
  );
  return ({ method, template, query, body }) => {
    const line = `${method} ${template}`;
    if (EXCEPTIONS.has(line)) return undefined;
    const operation = object(items.get(shape(`/api/v4/${template}`))?.[method.toLowerCase()]);
    if (Object.keys(operation).length === 0) return `${line}: GitLab describes no such request`;
    const parameters = list(operation.parameters)
      .map(resolved)
      .filter(one => one.in === 'query');
    const wrong = wrongQuery(parameters, query) ?? wrongBody(operation, body);
    return wrong && `${line}: ${wrong}`;
  };
}

/** Templates name their parts differently: `{sha}`, `{commit_sha}`. */
function shape(path: string): string {
  return path.replaceAll(/\{\w+\}/g, '{}');
}

/** OpenAPI 3.0 writes `nullable` where JSON Schema has a type. */
function withNull({ nullable, ...schema }: Json): Json {
  return nullable === true && typeof schema.type === 'string'
    ? { ...schema, type: [schema.type, 'null'] }
    : schema;
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function strings(value: unknown): readonly string[] {
  return list(value).map(String);
}
