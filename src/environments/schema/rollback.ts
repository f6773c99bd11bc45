import { z } from 'zod';
import { approval } from '../gates/approval.ts';
import { ADVISORY_GATES } from '../gates/gates.ts';

/** What differs for a rollback. */
export const rollbackSchema = z.strictObject({
  approval: approval.schema
    .exactOptional()
    .describe('In place of the approval among the gates; default: one approval of its kind.'),
  gates: z
    .array(z.enum(ADVISORY_GATES))
    .min(1)
    .exactOptional()
    .describe('The gates that decide about rollbacks too; the others only warn.'),
});
