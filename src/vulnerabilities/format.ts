import type { z } from 'zod';
import type { Reading, Report } from './report.ts';

/** A scanner's format: how to recognise and read it. */
export interface Format {
  readonly name: string;
  readonly read: (json: unknown) => Reading;
}

/** The result of a reader, without the format's name. */
type Found = Omit<Report, 'format'>;

/** A format of documents with the given keys. Documents with another shape are refused. */
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
      // Snyk and Xray write a list if there are several results.
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
