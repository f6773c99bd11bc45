import { readCommit } from './objects.ts';
import { type Answer, type Call, ok, page, type Route, refusal } from './request.ts';
import { gitText, type Pipeline, type Status, type World } from './world.ts';

/** Commit statuses, each a job of one pipeline; one that waits cannot be told to wait again. */
export const STATUSES: readonly Route[] = [
  { method: 'GET', template: 'projects/{id}/repository/commits/{sha}/statuses', handle: list },
  { method: 'POST', template: 'projects/{id}/statuses/{sha}', handle: create },
];

/** Statuses and the jobs of pipelines: both are `CommitStatus` in GitLab, whose `lib/api/commit_statuses.rb` lists them. */
function list(call: Call): Answer {
  const { world, query, parts } = call;
  const pipeline = query.get('pipeline_id');
  const found = [...jobsOf(world), ...world.statuses].filter(
    ({ sha, name, pipeline_id }) =>
      sha === parts[1] &&
      name === (query.get('name') ?? name) &&
      (pipeline === null || pipeline_id === Number(pipeline)),
  );
  return page(call, found);
}

function jobsOf({ pipelines: all, users }: World) {
  return all.flatMap(({ id, sha, ref, jobs }) =>
    jobs.map(({ name, status }, index) => {
      const given = { status, description: null, target_url: null };
      return { id: 1000 * id + index, sha, ref, name, pipeline_id: id, author: users[0], ...given };
    }),
  );
}

/** `Ci::CreateCommitStatusService` of GitLab: the newest pipeline of exactly this commit, else one of its own. */
function create({ world, user, body, parts: [, sha = ''] }: Call): Answer {
  if (readCommit(world.bare, sha) === undefined) return refusal(404, '404 Commit Not Found');
  const found = matching(world, sha, body);
  const ref = typeof body.ref === 'string' ? body.ref : (found?.ref ?? branchWith(world, sha));
  if (ref === undefined) return refusal(404, '404 References for commit Not Found');
  if (body.pipeline_id !== undefined && found === undefined)
    return refusal(404, '404 Pipeline for pipeline_id, sha and ref Not Found');
  const pipeline = found ?? externalPipeline(world, sha, ref);
  const name = String(body.name ?? body.context ?? 'default');
  const state = String(body.state);
  const isSame = (one: Status) =>
    one.pipeline_id === pipeline.id && one.ref === ref && one.name === name && one.author.id === user.id;
  const current = world.statuses.find(one => isSame(one) && one.status === 'pending');
  if (current !== undefined && state === 'pending') {
    const why =
      'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via "enqueue")';
    return refusal(400, why);
  }
  const given = {
    status: state,
    description: typeof body.description === 'string' ? body.description : null,
    target_url: typeof body.target_url === 'string' ? body.target_url : null,
  };
  if (current !== undefined) return ok(Object.assign(current, given), 201);
  const id = world.statuses.length + 1;
  const made = { id, sha, ref, name, pipeline_id: pipeline.id, author: user, ...given };
  world.statuses.push(made);
  return ok(made, 201);
}

function matching({ pipelines }: World, sha: string, body: Call['body']): Pipeline | undefined {
  return pipelines
    .filter(one => one.sha === sha)
    .filter(({ ref }) => body.ref === undefined || ref === body.ref)
    .filter(({ id }) => body.pipeline_id === undefined || id === body.pipeline_id)
    .toSorted((a, b) => b.id - a.id)[0];
}

function externalPipeline(world: World, sha: string, ref: string): Pipeline {
  const id = world.pipelines.length + 100;
  const made = { id, source: 'external', sha, ref, sourceSha: undefined, jobs: [] } as const;
  world.pipelines.push(made);
  return made;
}

function branchWith(world: World, sha: string): string | undefined {
  const branches = gitText(world, 'branch', '--format=%(refname:short)', '--contains', sha) ?? '';
  return branches.split('\n').find(branch => branch !== '');
}
