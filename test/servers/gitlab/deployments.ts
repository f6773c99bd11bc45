import { readCommit } from './objects.ts';
import { type Answer, type Call, ok, page, type Route, refusal } from './request.ts';
import { userNamed, type World } from './world.ts';

const ID = 'projects/{id}/deployments/{deployment_id}';

/** https://docs.gitlab.com/api/deployments/ and https://docs.gitlab.com/api/environments/ */
export const DEPLOYMENTS: readonly Route[] = [
  { method: 'GET', template: 'projects/{id}/deployments', handle: deployments, isForJobs: true },
  { method: 'POST', template: 'projects/{id}/deployments', handle: create },
  { method: 'GET', template: ID, handle: deployment, isForJobs: true },
  { method: 'GET', template: 'projects/{id}/environments', handle: environments },
  { method: 'POST', template: 'projects/{id}/environments', handle: createEnvironment },
  { method: 'PUT', template: 'projects/{id}/environments/{environment_id}', handle: updateEnvironment },
];

function deployments(call: Call): Answer {
  const { world, query } = call;
  const status = query.get('status');
  const found = world.deployments
    .filter(({ environment }) => environment === query.get('environment'))
    .filter(one => status === null || (one.status ?? 'success') === status)
    .toSorted((a, b) => b.id - a.id);
  const sha = 'a'.repeat(40);
  return page(
    call,
    found.map(one => ({ id: one.id, sha: one.sha ?? sha, deployable: one.job ? { id: one.job } : null })),
  );
}

/** Makes the environment where there is none: `Environments::CreateForBuildService` and `API::Deployments` of GitLab. */
function create({ world, body }: Call): Answer {
  const { environment: name, sha, status } = body;
  if (readCommit(world.bare, String(sha)) === undefined)
    return refusal(400, { ref: ['The branch or tag does not exist'] });
  environmentNamed(world, String(name)) ?? addEnvironment(world, String(name), null);
  const id = world.deployments.length + 1;
  world.deployments.push({
    id,
    environment: String(name),
    sha: String(sha),
    status: String(status),
    approvals: [],
  });
  return ok({ id, sha }, 201);
}

function deployment({ world, parts: [, id] }: Call): Answer {
  const found = world.deployments.find(one => one.id === Number(id));
  if (found === undefined) return refusal(404, '404 Deployment Not Found');
  const approvals = found.approvals.map(({ username, status }) => ({
    user: userNamed(world, username),
    status,
    created_at: world.now(),
    comment: null,
  }));
  return ok({ id: found.id, environment: { name: found.environment }, approvals });
}

function environments(call: Call): Answer {
  const name = call.query.get('name');
  return page(
    call,
    call.world.environments.filter(one => name === null || one.name === name),
  );
}

function createEnvironment({ world, body }: Call): Answer {
  if (environmentNamed(world, String(body.name)) !== undefined)
    return refusal(400, { name: ['has already been taken'] });
  return ok(addEnvironment(world, String(body.name), String(body.external_url ?? '') || null), 201);
}

function updateEnvironment({ world, body, parts: [, id] }: Call): Answer {
  const found = world.environments.find(one => one.id === Number(id));
  if (found === undefined) return refusal(404, '404 Environment Not Found');
  return ok(Object.assign(found, { external_url: String(body.external_url) }));
}

function environmentNamed({ environments: all }: World, name: string) {
  return all.find(one => one.name === name);
}

function addEnvironment({ environments: all }: World, name: string, external_url: string | null) {
  const made = { id: all.length + 1, name, external_url };
  all.push(made);
  return made;
}
