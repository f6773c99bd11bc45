import { z } from 'zod';
import { PromoteError } from '../errors.ts';
import type { OpenedForge } from '../forges/forge.ts';
import type { Io } from './io.ts';
import { readEvent } from './may-write.ts';

const account = z.object({ id: z.number(), login: z.string() });
const payload = z.object({ sender: account, comment: z.object({ user: account.nullable() }) });

/**
 * Throws `FORBIDDEN` if a comment started this run and its author or editor may not write to the repository.
 * Anybody may comment, and a comment starts a workflow of the default branch with its secrets.
 */
export async function assertCommenter(
  { env }: Pick<Io, 'env'>,
  openOwn: () => Promise<Pick<OpenedForge, 'mayWrite'> | undefined>,
): Promise<void> {
  if (env.GITHUB_EVENT_NAME !== 'issue_comment') return;
  const { sender, comment } = await readEvent(env.GITHUB_EVENT_PATH ?? '', payload);
  const own = await openOwn();
  for (const { id, login } of [sender, ...(comment.user === null ? [] : [comment.user])]) {
    if (await own?.mayWrite({ id: String(id), name: login })) continue;
    const why =
      own === undefined ? 'no token can ask whether they may' : 'they may not write to the repository';
    throw new PromoteError('FORBIDDEN', `promote does nothing on a comment of ${login}: ${why}`, {
      hint: 'have somebody comment who may write, or start the workflow by hand',
    });
  }
}
