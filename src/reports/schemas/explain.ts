import { z } from 'zod';
import { count, text } from './parts.ts';

/** `promote explain` */
export const explain = z.object({
  subject: text,
  kind: z.enum(['environment', 'image', 'file']),
  places: z
    .array(
      z.object({
        file: text,
        line: count.nullable().describe('null where the file as a whole is meant'),
        environment: text.nullable(),
        image: text.nullable(),
        state: z.enum(['pin', 'no-pin', 'ignored', 'unreadable']),
        text: text.nullable().describe('as the file has it'),
        because: text,
        cure: text.nullable().describe('what makes it a pin, or settles it'),
      }),
    )
    .describe('what names an image, and why promotions change it or not'),
  next: z
    .array(
      z.object({
        environment: text,
        image: text,
        state: z.enum(['nothing', 'ready', 'waiting', 'closed', 'failed', 'absent']),
        reason: text.nullable(),
        gates: z.array(
          z.object({
            gate: text,
            kind: z.enum(['open', 'waiting', 'closed']),
            reason: text,
            hint: text.nullable().describe('what opens it'),
          }),
        ),
        command: text.nullable().describe('what to run next'),
      }),
    )
    .describe('what comes next for each image'),
});
