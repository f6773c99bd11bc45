import type { CommitStatus } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { whenSeen } from '../when-seen.ts';
import type { LatestStatuses } from './latest-statuses.ts';

/** Sets a commit's status under each context whose latest one says something else; all are read at once. */
export async function setStatus(
  github: GitHub,
  latestStatuses: LatestStatuses,
  commit: string,
  status: CommitStatus,
): Promise<boolean> {
  const { context, former, state, description, url } = status;
  const doing = `set status ${context} of ${commit}`;
  const statuses = await latestStatuses.of(commit);
  let isWritten = false;
  for (const each of former === undefined ? [context] : [former, context]) {
    const latest = statuses.find(known => known.context === each);
    const isSame = latest?.state === state && latest.description === description && latest.url === url;
    if (!isSame) {
      await post(each);
      isWritten = true;
    }
  }
  return isWritten;

  async function post(each: string): Promise<void> {
    const body = { state, description, ...(url !== undefined && { target_url: url }) };
    await whenSeen(
      () =>
        github.ask(doing, ({ rest }) =>
          rest.repos.createCommitStatus({ ...github.place, sha: commit, context: each, ...body }),
        ),
      ({ said }) => /no commit found/i.test(said),
    );
  }
}
