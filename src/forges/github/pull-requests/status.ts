import type { CommitStatus } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { whenSeen } from '../when-seen.ts';

const MOST = 1000;

/** Sets a commit's status, unless the latest one of its context says the same. */
export async function setStatus(github: GitHub, commit: string, status: CommitStatus): Promise<void> {
  const { context, state, description, url } = status;
  const place = { ...github.place, ref: commit };
  const doing = `set status ${context} of ${commit}`;
  const statuses = await github.pages(doing, MOST, client =>
    client.paginate.iterator(client.rest.repos.listCommitStatusesForRef, { ...place, per_page: 100 }),
  );
  // Newest first.
  const latest = statuses.find(known => known.context === context);
  const isSame =
    latest?.state === state &&
    (latest.description ?? '') === description &&
    (latest.target_url ?? undefined) === url;
  if (isSame) return;
  await whenSeen(
    () =>
      github.ask(doing, ({ rest }) =>
        rest.repos.createCommitStatus({
          ...github.place,
          sha: commit,
          context,
          state,
          description,
          ...(url !== undefined && { target_url: url }),
        }),
      ),
    ({ said }) => /no commit found/i.test(said),
  );
}
