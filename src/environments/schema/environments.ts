import { z } from 'zod';
import { freezesSchema } from '../gates/freeze-windows.ts';
import { environmentName, imageName } from '../text.ts';
import { commitsSchema } from './commits.ts';
import { deploymentsSchema } from './deployments.ts';
import { environmentSchema } from './environment.ts';
import { hostName, hostSchema } from './hosts.ts';
import { imageSchema } from './image.ts';
import { mirrorsSchema } from './mirrors.ts';
import { notificationsSchema } from './notifications.ts';
import { refreshSchema } from './refresh.ts';
import { signingSchema } from './signing.ts';

/** The environments file's whole shape, including what `unavailable` still refuses. */
export const environmentsSchema = z.strictObject({
  version: z.literal(1).describe("The version of this file's shape: 1."),
  images: z
    .record(imageName, imageSchema)
    .refine(hasEntries, 'expected at least one image')
    .describe('The images that travel, by name; `api: {}` is enough.'),
  deployments: deploymentsSchema
    .exactOptional()
    .describe('The Git repository that holds the deployment files.'),
  signing: signingSchema.exactOptional().describe('Absent: nothing is signed or recorded.'),
  commits: commitsSchema.exactOptional().describe("How promote's commits and branches look."),
  freezes: freezesSchema
    .exactOptional()
    .describe('Windows in which nothing is promoted, by name, for `gates.freeze` of environments.'),
  environments: z
    .record(environmentName, environmentSchema)
    .refine(hasEntries, 'expected at least one environment')
    .describe('The stages images pass through, by name.'),
  refresh: refreshSchema.exactOptional().describe('How base images are moved to newer digests.'),
  mirrors: mirrorsSchema.exactOptional().describe('Public images that registries of yours keep copies of.'),
  hosts: z.record(hostName, hostSchema).exactOptional().describe("What is special about registries' hosts."),
  notifications: notificationsSchema.exactOptional().describe('Who is told what runs change.'),
});

/** The environments file as written, before defaults. */
export type Written = z.infer<typeof environmentsSchema>;

/** One image as written. */
export type WrittenImage = z.infer<typeof imageSchema>;

/** One environment as written. */
export type WrittenEnvironment = z.infer<typeof environmentSchema>;

/** How images are signed, as written. */
export type WrittenSigning = z.infer<typeof signingSchema>;

/** Rules for commits, as written. */
export type WrittenCommits = z.infer<typeof commitsSchema>;

function hasEntries(entries: object): boolean {
  return Object.keys(entries).length > 0;
}
