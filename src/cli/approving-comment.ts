import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { rethrowDefect } from '../errors.ts';
import { APPROVE, readApproval } from '../gates/approve-command.ts';
import type { Io } from './io.ts';

const event = z.object({ comment: z.object({ body: z.string() }) });

/** Whether a comment that approves has started this run, and nothing else: who approves has asked for nothing. */
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
    // An event that cannot be read is refused elsewhere; until then its sender has asked.
    return false;
  }
}
