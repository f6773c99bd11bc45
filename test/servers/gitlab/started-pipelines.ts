import { parse } from 'yaml';
import { pipelineStatus } from './pipelines.ts';
import { type Answer, type Call, type Fields, ok, page, type Route, refusal } from './request.ts';
import { branchHead, gitText, type Pipeline, type World } from './world.ts';

/** Pipelines as they are listed, and those that the API starts. */
export const STARTED_PIPELINES: readonly Route[] = [
  { method: 'GET', template: 'projects/{id}/pipelines', handle: pipelines },
  { method: 'POST', template: 'projects/{id}/pipeline', handle: start },
  { method: 'GET', template: 'projects/{id}/pipelines/{pipeline_id}/variables', handle: variablesOf },
];

/** The newest first: https://docs.gitlab.com/api/pipelines/#list-project-pipelines */
function pipelines(call: Call): Answer {
  const { world, query } = call;
  const found = world.pipelines.filter(
    ({ source, sha, ref, created_at = LONG_AGO }) =>
      sha === (query.get('sha') ?? sha) &&
      source === (query.get('source') ?? source) &&
      ref === (query.get('ref') ?? ref) &&
      created_at >= (query.get('updated_after') ?? ''),
  );
  return page(
    call,
    found.toReversed().map(one => shown(world, one)),
  );
}

const LONG_AGO = '2020-01-01T00:00:00.000Z';

function shown(world: World, one: Pipeline) {
  const { id, sha, ref, source, status = pipelineStatus(world, one), name, created_at } = one;
  const web_url = `${world.web}/-/pipelines/${id}`;
  return { id, sha, ref, source, status, web_url, name: name ?? null, created_at: created_at ?? LONG_AGO };
}

/** `Ci::CreatePipelineService` words its refusals so. https://docs.gitlab.com/api/pipelines/#create-a-new-pipeline */
function start({ world, user, body }: Call): Answer {
  const ref = String(body.ref);
  const sha = branchHead(world, ref);
  if (sha === undefined) return refused('Reference not found');
  const variables = listed(body.variables);
  if (variables.length > 0 && user.access_level < world.settings.variablesLevel)
    return refused('Insufficient permissions to set pipeline variables');
  if (ref === 'main' && user.access_level < world.settings.protectedLevel)
    return refused(
      `You do not have sufficient permission to run a pipeline on '${ref}'. Please select a different branch or contact your administrator for assistance.`,
    );
  const text = gitText(world, 'show', `${sha}:.gitlab-ci.yml`);
  if (text === undefined) return refused('Missing CI config file');
  const name = nameIn(text).replace(
    /\$\{?(\w+)\}?/g,
    (_, key) => variables.find(one => one.key === key)?.value ?? '',
  );
  const made: Pipeline = {
    id: world.pipelines.length + 100,
    ...{ source: 'api', sha, ref, sourceSha: undefined, jobs: [], status: 'created', variables },
    // An empty name is none.
    ...(name === '' ? {} : { name }),
    startedBy: user.username,
    created_at: world.now(),
  };
  world.pipelines.push(made);
  return ok(shown(world, made), 201);
}

/** Who did not start it, and is no Maintainer, is refused: `Ci::PipelinePolicy` of GitLab. */
function variablesOf({ world, user, parts: [, id] }: Call): Answer {
  const found = world.pipelines.find(one => one.id === Number(id));
  if (found === undefined) return refusal(404, '404 Not found');
  if (found.startedBy !== user.username && user.access_level < 40) return refusal(403, '403 Forbidden');
  return ok((found.variables ?? []).map(one => ({ variable_type: 'env_var', raw: false, ...one })));
}

function refused(reason: string): Answer {
  return refusal(400, { base: [reason] });
}

function listed(value: unknown): readonly { readonly key: string; readonly value: string }[] {
  const all: readonly Fields[] = Array.isArray(value) ? value : [];
  return all.map(({ key, value }) => ({ key: String(key), value: String(value) }));
}

function nameIn(text: string): string {
  const { workflow } = parse(text) ?? {};
  return typeof workflow?.name === 'string' ? workflow.name : '';
}
