import { z } from 'zod';
import { count, digest, error, text } from './parts.ts';

const tag = text.nullable();

/** `promote running` */
export const running = z.object({
  environment: text,
  pods: count.describe('pods that were looked at'),
  ended: count.describe('pods that ended, which do not count'),
  ending: count.describe('pods that are being deleted, which do not count'),
  emptyNamespaces: z.array(text).describe('namespaces that were asked for, and have no pod in the list'),
  elsewhere: count.describe('containers of images of other environments'),
  others: count.describe('containers of images that the file does not know'),
  images: z.array(
    z.object({
      image: text,
      pinned: z.array(z.object({ tag, digest })),
      containers: z
        .array(
          z.object({
            pod: text.describe('namespace/name'),
            container: text,
            image: text.describe('as its pod names it'),
            state: z.enum(['rolled-out', 'starting', 'former', 'never-promoted', 'unknown']),
            digest: digest
              .nullable()
              .describe('what it runs; of a platform that is known: that of its index'),
            tag,
            byTag: z.boolean().describe('its pod names no digest'),
            waiting: text.nullable().describe('why it does not run yet, in the words of the cluster'),
            lacksPullSecret: z.boolean().describe('it cannot be pulled, and its pod names no pull secret'),
          }),
        )
        .describe('empty: nothing runs it'),
    }),
  ),
  failures: z.array(error).describe('why it is not known what has to run'),
});
