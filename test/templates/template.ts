import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

const INPUT = z.strictObject({
  description: z.string(),
  type: z.enum(['string', 'boolean', 'number', 'array']),
  default: z.unknown().optional(),
  options: z.array(z.string()).optional(),
  regex: z.string().optional(),
});

const JOB = z.looseObject({
  script: z.array(z.string()).default([]),
  variables: z.record(z.string(), z.string()).default({}),
  extends: z.string().optional(),
  environment: z.object({ name: z.string(), action: z.string() }).optional(),
  resource_group: z.string().optional(),
  rules: z.array(z.looseObject({ if: z.string() })).optional(),
});

/** A job before what it extends is put in. */
const RAW = z.looseObject({
  extends: z.string().optional(),
  variables: z.record(z.string(), z.string()).optional(),
});

/** A template's inputs by name, and the text of its jobs. */
export interface Template {
  readonly inputs: Readonly<Record<string, z.infer<typeof INPUT>>>;
  readonly body: string;
}

/** A job as GitLab reads it. */
export type Job = z.infer<typeof JOB>;

/** Reads a component: its header, which holds nothing but inputs, and its body. */
export function readTemplate(name: string): Template {
  const text = readFileSync(join(import.meta.dirname, '../../templates', `${name}.yml`), 'utf8');
  const [header, ...bodies] = parseAllDocuments(text);
  if (bodies.length !== 1 || bodies[0]?.errors.length !== 0)
    throw new Error(`${name}: not a header and a body`);
  const { spec } = z
    .strictObject({ spec: z.strictObject({ inputs: z.record(z.string(), INPUT) }) })
    .parse(header?.toJS());
  return { inputs: spec.inputs, body: text.slice(text.indexOf('\n---\n') + 5) };
}

/** The jobs with the inputs in their places, as GitLab puts them there: in values and keys, after parsing. */
export function jobsOf({ inputs, body }: Template, given: Readonly<Record<string, unknown>>) {
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, given[name] ?? input.default]),
  );
  const written = z.record(z.string(), RAW).parse(interpolated(parse(body), values));
  return new Map(
    Object.entries(written).map(([name, job]) => {
      const base = job.extends === undefined ? undefined : written[job.extends];
      const variables = { ...base?.variables, ...job.variables };
      return [name, JOB.parse({ ...base, ...job, variables })];
    }),
  );
}

function interpolated(node: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (typeof node === 'string') {
    const whole = /^\$\[\[ inputs\.([\w-]+) \]\]$/.exec(node)?.[1];
    if (whole !== undefined) return values[whole];
    return node.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name) => String(values[name]));
  }
  if (Array.isArray(node)) return node.map(item => interpolated(item, values));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [interpolated(key, values), interpolated(value, values)]),
  );
}
