import { parse } from 'yaml';
import { READER, tokenOf } from './emulated.ts';
import { type ApiAnswer, type ApiRequest, type Fields, fields, items, refusal } from './request.ts';
import type { World } from './world.ts';

/**
 * Workflows, and the runs that a `repository_dispatch` starts. An event that no workflow of the default branch starts
 * on is accepted all the same, without a run. A run is listed only after a while (`runsLate` lists), and no answer
 * shows its payload. https://docs.github.com/en/rest/actions/workflow-runs
 */
export async function dispatchedRuns(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const { method, parts, url, body, authorization } = request;
  const [, owner, repo, kind, part, id, what] = parts;
  const isWorkflows = method === 'GET' && kind === 'actions' && part === 'workflows';
  if (!isWorkflows && !(method === 'POST' && kind === 'dispatches')) return undefined;
  const seen = await world.emulated.ask('GET', `/repos/${owner}/${repo}`, undefined, authorization);
  if (seen.status !== 200) return refusal(seen.status === 401 ? 401 : 404, 'Not Found');
  const workflows = await workflowsOf(world);
  if (kind === 'dispatches') {
    // Whoever may only read is not told that there is such a request.
    if (authorization.endsWith(` ${tokenOf(READER)}`)) return refusal(404, 'Not Found');
    return dispatch(world, workflows, fields(body));
  }
  if (id === undefined) {
    const shown = workflows.map(({ id: number, path, state }) => ({ id: number, path, state, name: path }));
    return paged(url, 'workflows', shown);
  }
  if (what !== 'runs') return undefined;
  const { settings } = world;
  const since = url.searchParams.get('created')?.replace('>=', '') ?? '';
  const listed = world.dispatched.filter(
    run =>
      String(run.workflow_id) === id &&
      run.event === (url.searchParams.get('event') ?? run.event) &&
      String(run.created_at) >= since,
  );
  const late = listed.filter(({ looks }) => Number(looks) < settings.runsLate);
  for (const run of late) run.looks = Number(run.looks) + 1;
  const shown = listed.filter(run => !late.includes(run)).map(({ looks: _, ...run }) => run);
  return paged(url, 'workflow_runs', shown.toReversed());
}

interface Workflow {
  readonly id: number;
  readonly path: string;
  readonly state: string;
  readonly text: string;
}

async function workflowsOf({ emulated, owner, repo, settings }: World): Promise<readonly Workflow[]> {
  const ask = async (path: string) =>
    (await emulated.ask('GET', `/repos/${owner}/${repo}/contents/${encodeURIComponent(path)}`)).body;
  const files = items(await ask('.github/workflows')).map(({ path }) => String(path));
  return await Promise.all(
    files.map(async (path, at) => ({
      id: at + 1,
      path,
      state: settings.disabledWorkflows.has(path) ? 'disabled_manually' : 'active',
      text: Buffer.from(String(fields(await ask(path)).content), 'base64').toString(),
    })),
  );
}

function dispatch(world: World, workflows: readonly Workflow[], event: Fields): ApiAnswer {
  const payload = fields(event.client_payload);
  if (Object.keys(payload).length > 10) return refusal(422, 'No more than 10 properties are allowed');
  world.dispatches.push(event);
  for (const { id, state, text } of workflows) {
    const { on, 'run-name': name } = fields(parse(text));
    const dispatches = fields(fields(on).repository_dispatch);
    const isStarted =
      fields(on).repository_dispatch !== undefined &&
      [dispatches.types ?? event.event_type].flat().includes(event.event_type);
    if (state !== 'active' || !isStarted) continue;
    const number = world.dispatched.length + 1;
    // Without a name of its own a run is called like its event.
    const title = String(name ?? event.event_type).replace(
      /\$\{\{ github\.event\.client_payload\.(\w+) \}\}/g,
      (_, key) => String(payload[key] ?? ''),
    );
    world.dispatched.push({
      id: number,
      workflow_id: id,
      event: 'repository_dispatch',
      display_title: title,
      html_url: `https://github.example/acme/gitops/actions/runs/${number}`,
      status: 'queued',
      conclusion: null,
      created_at: `${new Date().toISOString().slice(0, 19)}Z`,
      looks: 0,
    });
  }
  return { status: 204 };
}

function paged({ pathname, searchParams, origin }: URL, name: string, all: readonly Fields[]): ApiAnswer {
  const [page, size] = [Number(searchParams.get('page') ?? 1), Number(searchParams.get('per_page') ?? 30)];
  const next = new URLSearchParams(searchParams);
  next.set('page', String(page + 1));
  const link = { link: `<${origin}${pathname}?${next}>; rel="next"` };
  return {
    status: 200,
    headers: all.length > page * size ? link : {},
    body: { total_count: all.length, [name]: all.slice((page - 1) * size, page * size) },
  };
}
