import { z } from 'zod';
import { text } from '../text.ts';

const exception = z.strictObject({
  id: text.describe("The vulnerability's identifier."),
  until: z.iso.date().describe('The last day of the exception.'),
  reason: text.describe('Why it may pass until then.'),
  owner: text.describe('Who answers for it.'),
});

const vulnerabilities = z.strictObject({
  max: z.enum(['none', 'low', 'medium', 'high', 'critical']).describe('The gravest severity let through.'),
  report: z.enum(['required', 'optional']).exactOptional().describe('Whether an image needs a scan report.'),
  except: z.array(exception).exactOptional().describe('Vulnerabilities let through for a while.'),
});

/** The gates that the schema knows and this version refuses by name. */
export const unavailableGates = {
  checks: z
    .array(z.strictObject({ status: text.describe("The commit status's name.") }))
    .exactOptional()
    .describe('Statuses that must be green.'),
  vulnerabilities: vulnerabilities.exactOptional().describe('What scan reports may hold.'),
};
