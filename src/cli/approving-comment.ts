import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { rethrowDefect } from '../errors.ts';
import { APPROVE, readApproval } from '../gates/approve-command.ts';
import type { Io } from './io.ts';

const event = z.object({ comment: z.object({ body: z.string() }) });

/** Whether an approving comment started this run. Approving is not the same as asking for the promotion. */
export function isStartedByApproval({
  GITHUB_EVENT_NAME: name,
  GITHUB_EVENT_PATH: path,
}: Io['env']): boolean {
  if (name !== 'issue_comment' || !path) return false;
  try {
    const { data } = event.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return data !== undefined && readApproval(data.comment.body, APPROVE).kind === 'approves';
  } catch (error) {
    rethrowDefect(error);
    // Another check refuses an event that cannot be read. Until then its sender counts as a requester.
    return false;
  }
}
