import { z } from 'zod';
import { FORGES } from '../environments.ts';
import { text } from '../text.ts';

/** The repository that holds deployment files. */
export const deploymentsSchema = z.strictObject({
  repository: text
    .exactOptional()
    .describe('URL or path of the Git repository; default: the checkout this file lies in.'),
  branch: text.exactOptional().describe("The branch that is deployed; default: the repository's own."),
  forge: z
    .enum(FORGES)
    .exactOptional()
    .describe("The Git host's kind; default: from the URL or the CI's variables."),
});
