import { z } from 'zod';
import { approval } from '../gates/approval.ts';

/** What differs for a rollback. */
export const rollbackSchema = z.strictObject({
  approval: approval.schema
    .exactOptional()
    .describe('In place of the approval among the gates; default: one approval of its kind.'),
});
