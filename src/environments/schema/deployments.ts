import { z } from 'zod';
import { FORGES } from '../environments.ts';
import { text } from '../text.ts';

const httpUrl = z.url({ protocol: /^https?$/ }).max(2000);

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

/** An environment's own repository, with what its forge records. */
export const environmentDeploymentsSchema = z.union([
  z.literal(true),
  deploymentsSchema.extend({
    record: z
      .union([
        z.boolean(),
        z.strictObject({ url: httpUrl.describe('The address where people see the environment.') }),
      ])
      .exactOptional()
      .describe(
        "Whether GitHub's deployments or GitLab's environments record what is pinned; default: false.",
      ),
  }),
]);
