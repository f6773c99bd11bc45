import { z } from 'zod';
import { text } from '../text.ts';

/** A repository by its path on the public server, or by its whole address. On this machine `http` will do. */
const PLACE =
  /^(?:(?:https:\/\/[\w.-]+(?::\d+)?|http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?)(?:\/[\w.-]+){2,}|[\w.-]+(?:\/[\w.-]+)+)$/;

/** Where builds of an image are started. */
export const rebuildSchema = z
  .strictObject({
    github: z
      .string()
      .max(1024)
      .regex(PLACE, 'owner/repository on github.com, or its address: https://host/owner/repository')
      .exactOptional()
      .describe('The repository on GitHub whose workflow builds the image.'),
    event: text
      .max(100)
      .exactOptional()
      .describe('For `github`: the type of `repository_dispatch` that its workflow starts on.'),
    gitlab: z
      .string()
      .max(1024)
      .regex(PLACE, 'group/project on gitlab.com, or its address: https://host/group/project')
      .exactOptional()
      .describe('The project on GitLab whose pipeline builds the image.'),
    ref: text.max(255).exactOptional().describe('For `gitlab`: the branch or tag whose pipeline runs.'),
    token: z
      .string()
      .max(255)
      .regex(/^env:\/\/[A-Za-z_]\w*$/, 'env://NAME: it is a secret, which belongs into a variable')
      .exactOptional()
      .describe(
        'The token that starts builds, as `env://NAME`; default: `env://PROMOTE_REBUILD_GITHUB_TOKEN` for github.com ' +
          'and `env://PROMOTE_REBUILD_GITLAB_TOKEN` for gitlab.com. Any other server needs its own.',
      ),
    when: z
      .enum(['superseded', 'vulnerable'])
      .exactOptional()
      .describe(
        'Whether each superseded base leads to a build, or only that of an image with vulnerabilities over the limit ' +
          'of a gate; default: superseded.',
      ),
  })
  .refine(
    ({ github, event, gitlab, ref }) =>
      gitlab === undefined && ref === undefined
        ? github !== undefined && event !== undefined
        : github === undefined && event === undefined && gitlab !== undefined && ref !== undefined,
    'a rebuild needs `github` and `event`, or else `gitlab` and `ref`',
  );
