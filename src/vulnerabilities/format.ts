import type { z } from 'zod';
import type { Reading, Report } from './report.ts';

/** A scanner's format: how it is recognised, and how it is read. */
export interface Format {
  readonly name: string;
  readonly read: (json: unknown) => Reading;
}

/** What a reader finds out; the format's name is known. */
type Found = Omit<Report, 'format'>;

/** A format that documents with the given keys have; what does not fit its shape is refused. */
export function format<Schema extends z.ZodType>(
  name: string,
  {
    is,
    schema,
    read,
  }: {
    readonly is: (json: Readonly<Record<string, unknown>>) => boolean;
    readonly schema: Schema;
    readonly read: (document: z.infer<Schema>) => Found;
  },
): Format {
  return {
    name,
    read: json => {
      // Snyk and Xray write a list where there are several results.
      const [first = json] = Array.isArray(json) ? json : [json];
      if (!isObject(first) || !is(first)) return { kind: 'unrecognised' };
      const parsed = schema.safeParse(json);
      if (parsed.success) return { kind: 'report', report: { format: name, ...read(parsed.data) } };
      const [issue] = parsed.error.issues;
      const at = issue?.path.join('.') || 'its root';
      return {
        kind: 'refused',
        reason: `it looks like a report of ${name}, and ${at} is not what that format has`,
      };
    },
  };
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
