import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Io } from '../cli/io.ts';
import { rethrowDefect } from '../errors.ts';

const event = z.object({ repository: z.object({ default_branch: z.string().min(1) }) });

/** The default branch of the workflow's repository, as the event says; `undefined` if it does not. */
export function eventDefaultBranch({ GITHUB_EVENT_PATH: path }: Io['env']): string | undefined {
  if (!path) return undefined;
  try {
    return event.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data?.repository.default_branch;
  } catch (error) {
    rethrowDefect(error);
    // Other code that needs the event reports that it cannot be read.
    return undefined;
  }
}
