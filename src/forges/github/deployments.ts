import { shortDigest } from '../../oci/digest.ts';
import type { Deployments, NewDeployment, RecordedDeployment } from '../deployments.ts';
import type { GitHub } from './github.ts';

/** The task of promote's deployments; those of jobs have the task `deploy`. */
const TASK = 'promote';
const LONGEST = 140;
/** The most images in a payload; of a longer list, only the length is complete. */
const MOST_IMAGES = 200;

/** Deployments; needs `deployments: write`. https://docs.github.com/en/rest/deployments/deployments */
export function createDeployments(github: GitHub): Deployments {
  return {
    latest: environment => latest(github, environment),
    record: (...asked) => record(github, ...asked),
  };
}

async function latest(github: GitHub, environment: string): Promise<RecordedDeployment | undefined> {
  const doing = `read the deployments to ${environment}`;
  const [newest] = await github.ask(doing, ({ rest }) =>
    rest.repos.listDeployments({ ...github.place, environment, task: TASK, per_page: 1 }),
  );
  if (newest === undefined) return undefined;
  const statuses = await github.ask(doing, ({ rest }) =>
    rest.repos.listDeploymentStatuses({ ...github.place, deployment_id: newest.id, per_page: 100 }),
  );
  // A later deployment by a job makes this one inactive, but it was made.
  const made = statuses.find(({ state }) => state === 'success');
  return {
    id: newest.id,
    commit: newest.sha,
    isWhole: made !== undefined,
    link: made?.environment_url || undefined,
  };
}

async function record(
  github: GitHub,
  made: NewDeployment,
  newest: RecordedDeployment | undefined,
): Promise<void> {
  const { environment, commit, images, link, run } = made;
  const doing = `record the deployment to ${environment}`;
  const description = descriptionOf(images);
  const id =
    newest?.commit === commit
      ? newest.id
      : await github.ask(doing, async ({ rest }) => {
          const { data } = await rest.repos.createDeployment({
            ...github.place,
            ref: commit,
            task: TASK,
            environment,
            description,
            auto_merge: false,
            // The commit is on the branch already: nothing is left to wait for.
            required_contexts: [],
            payload: { images: images.slice(0, MOST_IMAGES), count: images.length },
          });
          return { data: 'id' in data ? data.id : undefined };
        });
  if (id === undefined) return;
  await github.ask(doing, ({ rest }) =>
    rest.repos.createDeploymentStatus({
      ...github.place,
      deployment_id: id,
      state: 'success',
      description,
      ...(link !== undefined && { environment_url: link }),
      ...(run !== undefined && { log_url: run }),
    }),
  );
}

function descriptionOf(images: NewDeployment['images']): string {
  const named = images.map(({ image, tag, digest }) =>
    `${image} ${tag ?? (digest === undefined ? '' : shortDigest(digest))}`.trim(),
  );
  const text = `pinned: ${named.join(', ')}`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
