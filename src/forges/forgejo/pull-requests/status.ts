import type { CommitStatus } from '../../forge.ts';
import type { Forgejo } from '../forgejo.ts';
import { WRITE } from '../need.ts';
import { latestStatuses } from './statuses.ts';

/** Sets a status, unless the latest one under its context says the same; returns whether it wrote. */
export async function setStatus(
  forgejo: Forgejo,
  commit: string,
  { context, former, state, description, url }: CommitStatus,
): Promise<boolean> {
  let isWritten = false;
  const known = await latestStatuses(forgejo, commit);
  for (const each of former === undefined ? [context] : [former, context]) {
    const latest = known.get(each);
    const isSame =
      latest?.status === state &&
      (latest.description ?? '') === description &&
      (latest.target_url || undefined) === url;
    if (isSame) continue;
    const target = url !== undefined && { target_url: url };
    const body = { context: each, state, description, ...target };
    const doing = `set status ${each} of ${commit}`;
    await forgejo.tell({ doing, method: 'POST', path: `statuses/${commit}`, body, need: WRITE });
    isWritten = true;
  }
  return isWritten;
}
