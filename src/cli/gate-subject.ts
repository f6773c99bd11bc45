import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { GateSubject } from '../commands/gate/gate.ts';
import { PromoteError, rethrowDefect } from '../errors.ts';
import type { Io } from './io.ts';

/** The fields of GitHub's events that name a pull request or a merge group; other fields are not read. */
const payload = z.object({
  pull_request: z.object({ number: z.number().int() }).optional(),
  merge_group: z.object({ base_sha: z.string(), head_sha: z.string(), base_ref: z.string() }).optional(),
});

/**
 * The subject of the gate: the named pull request, else that of the CI's event. Throws `USAGE` if none is
 * named, and `INVALID` if the event cannot be read.
 */
export async function gateSubject({ env }: Pick<Io, 'env'>, named: string | undefined): Promise<GateSubject> {
  if (named !== undefined) return { kind: 'pull-request', number: numberOf(named) };
  const { GITHUB_EVENT_PATH: path, CI_MERGE_REQUEST_IID: iid } = env;
  if (iid) return { kind: 'pull-request', number: numberOf(iid) };
  const event = path ? await readEvent(path) : {};
  if (event.pull_request) return { kind: 'pull-request', number: event.pull_request.number };
  if (event.merge_group) {
    const { base_sha: base, head_sha: head, base_ref: ref } = event.merge_group;
    return { kind: 'merge-group', before: base, after: head, branch: ref.replace(/^refs\/heads\//, '') };
  }
  throw new PromoteError('USAGE', 'gate: no pull request is named, and no event of the CI names one', {
    hint: 'promote gate --pull-request 12, or run it on pull_request_target and merge_group',
  });
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new PromoteError('USAGE', `--pull-request ${text}: not the number of a pull request`);
}

async function readEvent(path: string): Promise<z.infer<typeof payload>> {
  try {
    return payload.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError('INVALID', `GITHUB_EVENT_PATH: ${path} is no event of GitHub in JSON`, { cause });
  }
}
