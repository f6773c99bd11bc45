import { z } from 'zod';
import { OUTPUT_VERSION } from '../document.ts';
import { approve } from './approve.ts';
import { deployed, holds, image, index, init, refresh } from './changes.ts';
import { custody } from './custody.ts';
import { explain } from './explain.ts';
import { keep } from './keep.ts';
import { mirror } from './mirror.ts';
import { error } from './parts.ts';
import { apply, plan, rollback } from './promotions.ts';
import { check, gate, history, inspect, status, verifyEnvironment } from './reading.ts';
import { rebuild } from './rebuild.ts';
import { running } from './running.ts';
import { board } from './site.ts';
import { verifyReference } from './verify-reference.ts';
import { vulnerabilities } from './vulnerabilities.ts';

/** The output of `--format json` by command. Each command prints `error` if it fails. */
const OUTPUTS = {
  apply: [apply],
  approve: [approve],
  board: [board],
  check: [check],
  copy: [image],
  custody: [custody],
  error: [z.object({ error })],
  explain: [explain],
  gate: [gate],
  history: [history],
  hold: holds,
  index: [index],
  init: [init],
  inspect: [inspect],
  keep: [keep],
  lift: holds,
  mirror: [mirror],
  plan: [plan],
  rebuild: [rebuild],
  refresh: [refresh, deployed],
  report: [image],
  rollback: [rollback],
  running: [running],
  sign: [image],
  status: [status],
  verify: [verifyEnvironment, verifyReference],
  vulnerabilities: [vulnerabilities],
} satisfies Record<string, readonly z.ZodObject[]>;

/** A name that `promote schema` knows. */
export type OutputName = keyof typeof OUTPUTS;

/** The names of all outputs. */
export const OUTPUT_NAMES: readonly string[] = Object.keys(OUTPUTS);

/** Whether an output has this name. */
export function isOutputName(name: string): name is OutputName {
  return OUTPUT_NAMES.includes(name);
}

/**
 * The schema of a command's `--format json`. Consumers must accept unknown keys. `closed` forbids them, for
 * our own tests.
 */
export function outputSchema(name: OutputName, { closed = false } = {}): object {
  const shapes = OUTPUTS[name].map(({ shape }) => z.object({ version: z.literal(OUTPUT_VERSION), ...shape }));
  const [only = z.never(), ...others] = shapes;
  const { $schema, ...schema } = z.toJSONSchema(others.length === 0 ? only : z.union(shapes), {
    io: closed ? 'output' : 'input',
    target: 'draft-07',
  });
  return {
    $schema,
    $id: `https://gitops-promote.dev/output/v${OUTPUT_VERSION}/${name}.json`,
    title: name === 'error' ? 'Error of promote' : `Output of promote ${name} --format json`,
    ...schema,
  };
}
