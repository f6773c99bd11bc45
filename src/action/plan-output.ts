import { Buffer } from 'node:buffer';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, shortDigest } from '../oci/digest.ts';
import type { ActionIo } from './io.ts';
import { whyWithheld } from './output.ts';
import { writeOutput } from './runner.ts';

/** Bytes: an input is a variable of a process, which Linux limits to 128 KiB. */
const INPUT_LIMIT = 120_000;

/**
 * Sets the output `plan` to the plan's text, or to the path of a file with it if GitHub would not pass the
 * text on. It is never empty: an empty input `plan` would let a later step carry out any plan.
 */
export async function setPlanOutput(io: ActionIo, text: string): Promise<void> {
  const fits = Buffer.byteLength(text) <= INPUT_LIMIT && whyWithheld(io, text) === undefined;
  writeOutput('plan', fits ? text : await writePlan(io, text));
}

async function writePlan({ env }: ActionIo, text: string): Promise<string> {
  const name = `promote-plan-${shortDigest(digestOf(text))}.json`;
  const path = join(env.RUNNER_TEMP || tmpdir(), name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
