import type { CommitStatus } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { whenSeen } from '../when-seen.ts';

const MOST = 1000;

/** Sets a commit's status under each context whose latest one says something else; all are read at once. */
export async function setStatus(github: GitHub, commit: string, status: CommitStatus): Promise<void> {
  const { context, former, state, description, url } = status;
  const place = { ...github.place, ref: commit };
  const doing = `set status ${context} of ${commit}`;
  const statuses = await github.pages(doing, MOST, client =>
    client.paginate.iterator(client.rest.repos.listCommitStatusesForRef, { ...place, per_page: 100 }),
  );
  for (const each of former === undefined ? [context] : [former, context]) {
    // Newest first.
    const latest = statuses.find(known => known.context === each);
    const isSame =
      latest?.state === state &&
      (latest.description ?? '') === description &&
      (latest.target_url ?? undefined) === url;
    if (!isSame) await post(each);
  }

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
