import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { type BuildOrder, type BuildRun, type Builds, type BuildsSettings, MOST_RUNS } from '../builds.ts';
import { createGitLab, type GitLab, isUnseen } from './gitlab.ts';
import { type Need, WRITE } from './need.ts';
import { locateGitLab } from './place.ts';

/** The most pipelines without a name whose variables are read. */
const MOST_UNNAMED = 100;

const PIPELINE = z.object({
  id: z.number().int(),
  web_url: z.string(),
  status: z.string(),
  created_at: z.string(),
  name: z.string().nullish(),
});
type Pipeline = z.infer<typeof PIPELINE>;

const VARIABLE = z.object({ key: z.string(), value: z.string().nullish() });

/** The variable with the mark. */
const MARK = 'PROMOTE_REBUILD';

const START: Need = {
  ...WRITE,
  role: 'Developer, or another that may push to the branch where it is protected',
};

/**
 * Builds that are pipelines of a branch. The token needs the scope api and the role Developer.
 * https://docs.gitlab.com/api/pipelines/#create-a-new-pipeline
 */
export function openGitLabBuilds(url: URL, ref: string, settings: BuildsSettings): Builds {
  const { env, http, token, since, notice, signal } = settings;
  const place = locateGitLab(env, { url, isSsh: false }, true);
  if (place === undefined) {
    throw new PromoteError('CONFIGURATION', `${url.href} is no project on GitLab`, {
      hint: 'write `rebuild.gitlab` as group/project, or as https://host/group/project',
    });
  }
  const { server, project } = place;
  const gitlab = createGitLab({ url: server, project, token, tokenKind: 'private', http, notice, signal });
  let listed: Promise<ReadonlyMap<string, BuildRun>> | undefined;
  return {
    async find(mark) {
      listed ??= startedRuns(gitlab, ref, since);
      const found = await listed;
      return [...found].find(([said]) => said.includes(mark))?.[1];
    },
    async start(order) {
      const variables = variablesOf(order);
      const made = await gitlab.ask(
        {
          doing: `start a pipeline of ${ref}`,
          method: 'POST',
          path: 'pipeline',
          need: START,
          body: { ref, variables },
        },
        PIPELINE,
      );
      return runOf(made);
    },
  };
}

function variablesOf({ mark, image, base, from = '', to }: BuildOrder) {
  const values = {
    [MARK]: mark,
    PROMOTE_REBUILD_IMAGE: image,
    PROMOTE_REBUILD_BASE: base,
    PROMOTE_REBUILD_FROM: from,
    PROMOTE_REBUILD_TO: to,
  };
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

/** The pipelines that the API started since then, by their names or by the mark among their variables. */
async function startedRuns(gitlab: GitLab, ref: string, since: Date): Promise<ReadonlyMap<string, BuildRun>> {
  const query = { ref, source: 'api', updated_after: since.toISOString(), order_by: 'id', sort: 'desc' };
  const found = new Map<string, BuildRun>();
  let unnamed = 0;
  for await (const pipeline of gitlab.items(
    { doing: 'list pipelines', path: 'pipelines', query },
    PIPELINE,
    MOST_RUNS,
  )) {
    if (new Date(pipeline.created_at) < since) break;
    unnamed += pipeline.name ? 0 : 1;
    if (unnamed > MOST_UNNAMED) throw unread(gitlab, `more than ${MOST_UNNAMED} pipelines have no name`);
    const said = pipeline.name || (await markOf(gitlab, pipeline));
    // The newest come first.
    if (!found.has(said)) found.set(said, runOf(pipeline));
  }
  return found;
}

/** Only whoever started a pipeline, and Maintainers, may read its variables. */
async function markOf(gitlab: GitLab, { id, web_url: url }: Pipeline): Promise<string> {
  const asked = { doing: `read the variables of pipeline ${id}`, path: `pipelines/${id}/variables` };
  try {
    const listed = await gitlab.ask(asked, z.array(VARIABLE));
    return listed.find(({ key }) => key === MARK)?.value ?? '';
  } catch (error) {
    if (!isUnseen(error)) throw error;
    throw unread(gitlab, `${url} has no name, and the token may not read its variables`);
  }
}

function unread({ name }: GitLab, why: string): PromoteError {
  return new PromoteError('INVALID', `${name}: ${why}, so builds cannot be looked for`, {
    hint: 'add to its .gitlab-ci.yml: workflow: { name: "$PROMOTE_REBUILD" }',
  });
}

const RUNNING = [
  ...['created', 'waiting_for_resource', 'preparing', 'waiting_for_callback', 'pending', 'running'],
  ...['scheduled', 'manual', 'canceling'],
];

function runOf({ web_url: url, status }: Pipeline): BuildRun {
  if (RUNNING.includes(status)) return { url, state: 'running' };
  return { url, state: status === 'success' ? 'succeeded' : 'failed' };
}
