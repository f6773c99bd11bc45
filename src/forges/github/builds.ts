import { PromoteError } from '../../errors.ts';
import { type BuildOrder, type BuildRun, type Builds, type BuildsSettings, MOST_RUNS } from '../builds.ts';
import type { Client } from './client.ts';
import { dispatchedBy } from './dispatched-workflow.ts';
import { createGitHub, type GitHub } from './github.ts';
import { locateGitHub } from './place.ts';

/** The most workflows of a repository that are read. */
const MOST_WORKFLOWS = 200;
/** How often the runs are read until a new one is seen; the pauses between add up to a minute at most. */
const LOOKS = 7;

/**
 * Builds that a `repository_dispatch` starts. The token needs contents: write, and actions: read.
 * https://docs.github.com/en/rest/repos/repos#create-a-repository-dispatch-event
 */
export function openGitHubBuilds(url: URL, event: string, settings: BuildsSettings): Builds {
  const { env, http, token, since, notice, log, signal } = settings;
  const place = locateGitHub(env, { url, isSsh: false }, true);
  if (place === undefined) {
    throw new PromoteError('CONFIGURATION', `${url.href} is no repository on GitHub`, {
      hint: 'write `rebuild.github` as owner/repository, or as https://host/owner/repository',
    });
  }
  const { owner, repo, apiUrl } = place;
  const rateLimits = env.PROMOTE_GITHUB_RATE_LIMITS === 'none' ? 'none' : 'github';
  const auth = { kind: 'token', token } as const;
  const options = { owner, repo, apiUrl, auth, rateLimits, http, notice, log, signal } as const;
  let opening: Promise<Client> | undefined;
  const github = createGitHub(options, place.web, async () => {
    opening ??= import('./client.ts').then(({ openClient }) => openClient(options));
    return await opening;
  });
  let workflows: Promise<readonly number[]> | undefined;
  let listed: Promise<readonly Shown[]> | undefined;
  const list = async () => {
    workflows ??= markedWorkflows(github, event);
    return await runsOf(github, await workflows, since);
  };
  return {
    async find(mark) {
      listed ??= list();
      return runWith(await listed, mark);
    },
    async start(order) {
      await github.ask('start a build', ({ rest }) =>
        rest.repos.createDispatchEvent({
          ...github.place,
          event_type: event,
          client_payload: payload(order),
          // An event that was accepted, and whose answer was lost, would start a second build.
          request: { retries: 0 },
        }),
      );
      for (let looked = 1; looked <= LOOKS; looked += 1) {
        const found = runWith(await list(), order.mark);
        if (found !== undefined) return found;
        if (looked < LOOKS) await http.pause(looked, signal);
      }
      return undefined;
    },
  };
}

function payload({ mark, image, base, from, to }: BuildOrder) {
  return { mark, image, base, ...(from === undefined ? {} : { from }), to };
}

/**
 * The workflows that the event starts, and whose runs show the mark. GitHub accepts an event that starts nothing,
 * and no run shows the payload.
 */
async function markedWorkflows(github: GitHub, event: string): Promise<readonly number[]> {
  const listed = await github.pages('list its workflows', MOST_WORKFLOWS, ({ paginate, rest }) =>
    paginate.iterator(rest.actions.listRepoWorkflows, { ...github.place, per_page: 100 }),
  );
  const read = listed
    // Dependabot and the like have workflows without a file.
    .filter(({ path, state }) => state === 'active' && path.startsWith('.github/'))
    .map(async ({ id, path }) => ({ id, path, kind: dispatchedBy(await fileOf(github, path), event) }));
  const started = (await Promise.all(read)).filter(({ kind }) => kind !== 'no');
  const unmarked = started.find(({ kind }) => kind === 'unmarked');
  const marked = started.filter(({ kind }) => kind === 'marked');
  if (marked.length > 0) return marked.map(({ id }) => id);
  if (unmarked !== undefined) {
    throw new PromoteError(
      'INVALID',
      `${github.name}: runs of ${unmarked.path} do not show which base they build on, so builds cannot be looked for`,
      { hint: `add to it: run-name: \${{ github.event.client_payload.mark }}` },
    );
  }
  throw new PromoteError(
    'NOT_FOUND',
    `${github.name}: no active workflow on its default branch starts on repository_dispatch of the type ${event}`,
    {
      hint: `add \`on: { repository_dispatch: { types: [${event}] } }\` to the workflow that builds the image`,
    },
  );
}

async function fileOf(github: GitHub, path: string): Promise<string> {
  const found = await github.ask(`read ${path}`, ({ rest }) =>
    rest.repos.getContent({ ...github.place, path }),
  );
  const content = 'content' in found ? found.content : '';
  return Buffer.from(content, 'base64').toString();
}

interface Shown {
  readonly display_title: string;
  readonly html_url: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly created_at: string;
}

async function runsOf(github: GitHub, workflows: readonly number[], since: Date): Promise<readonly Shown[]> {
  const found = await Promise.all(
    workflows.map(async workflow_id => {
      const runs = await github.pages('list runs', MOST_RUNS, ({ paginate, rest }) =>
        paginate.iterator(rest.actions.listWorkflowRuns, {
          ...github.place,
          workflow_id,
          event: 'repository_dispatch',
          created: `>=${since.toISOString().slice(0, 19)}Z`,
          per_page: 100,
        }),
      );
      if (runs.length < MOST_RUNS) return runs;
      throw new PromoteError(
        'TOO_LARGE',
        `${github.name}: more than ${MOST_RUNS} runs since ${since.toISOString().slice(0, 10)}, of which GitHub lists no more`,
        { hint: 'give builds of this image a workflow of their own' },
      );
    }),
  );
  return found.flat();
}

function runWith(runs: readonly Shown[], mark: string): BuildRun | undefined {
  const found = runs.filter(({ display_title: title }) => title.includes(mark));
  const [newest] = found.toSorted((one, other) => other.created_at.localeCompare(one.created_at));
  if (newest === undefined) return undefined;
  const { html_url: url, status, conclusion } = newest;
  if (status !== 'completed') return { url, state: 'running' };
  return { url, state: conclusion === 'success' ? 'succeeded' : 'failed' };
}
