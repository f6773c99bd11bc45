import { branchHead, gitText, type MergeRequest, type Pipeline, type World } from './world.ts';

/** What GitLab runs for a merge request's head; `undefined`: no rule of the project matches. */
type Kind = 'branch' | 'merge-request' | 'merged-results' | undefined;

/**
 * Makes the pipeline of a new head. One of a merged result runs on a commit of GitLab's own, which no branch has.
 * https://docs.gitlab.com/ci/pipelines/merged_results_pipelines/
 */
export function startPipeline(world: World, one: MergeRequest, kind: Kind = world.settings.pipelines): void {
  const head = one.versions[0]?.head_commit_sha ?? '';
  const status = world.settings.jobStatus;
  const add = (made: Pick<Pipeline, 'source' | 'sha' | 'ref' | 'sourceSha'>) =>
    world.pipelines.push({ id: world.pipelines.length + 100, jobs: [{ name: 'lint', status }], ...made });
  switch (kind) {
    case 'branch':
      return void add({ source: 'push', sha: head, ref: one.source_branch, sourceSha: undefined });
    case 'merge-request':
      return void add({ source: EVENT, sha: head, ref: refOf(one, 'head'), sourceSha: undefined });
    case 'merged-results': {
      const base = branchHead(world, one.target_branch) ?? '';
      const tree = gitText(world, 'merge-tree', '--write-tree', base, head) ?? '';
      const sha = gitText(world, 'commit-tree', tree, '-p', base, '-p', head, '-m', 'Merge result') ?? '';
      return void add({ source: EVENT, sha, ref: refOf(one, 'merge'), sourceSha: head });
    }
    case undefined:
      return;
  }
}

const EVENT = 'merge_request_event';

function refOf({ iid }: MergeRequest, what: 'head' | 'merge'): string {
  return `refs/merge-requests/${iid}/${what}`;
}

/**
 * The pipeline that "Pipelines must succeed" looks at: those of the merge request first, then the newest.
 * `Ci::PipelinesForMergeRequestFinder#sort` and `MergeRequest#actual_head_pipeline` of GitLab.
 */
export function headPipeline(world: World, one: MergeRequest): Pipeline | undefined {
  const head = one.versions[0]?.head_commit_sha;
  const rank = ({ source }: Pipeline) => (source === EVENT ? 0 : 1);
  return world.pipelines
    .filter(({ sha, sourceSha }) => head !== undefined && (sha === head || sourceSha === head))
    .filter(({ ref }) => ref === one.source_branch || ref.startsWith(`refs/merge-requests/${one.iid}/`))
    .toSorted((a, b) => rank(a) - rank(b) || b.id - a.id)[0];
}

/** What has become of a pipeline: its own jobs and the statuses that were given to it, the latest of each name. */
export function pipelineStatus(
  { statuses }: World,
  { id, jobs }: Pipeline,
): 'running' | 'failed' | 'success' {
  const given = statuses.filter(({ pipeline_id }) => pipeline_id === id);
  const latest = new Map([...jobs, ...given].map(({ name, status }) => [name, status]));
  const all = [...latest.values()];
  if (all.includes('pending') || all.includes('running')) return 'running';
  return all.includes('failed') ? 'failed' : 'success';
}
