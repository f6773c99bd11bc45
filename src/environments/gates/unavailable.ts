import { z } from 'zod';
import { text } from '../text.ts';

/** The gates that the schema knows and this version refuses by name. */
export const unavailableGates = {
  checks: z
    .array(z.strictObject({ status: text.describe("The commit status's name.") }))
    .exactOptional()
    .describe('Statuses that must be green.'),
};
