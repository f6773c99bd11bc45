import { z } from 'zod';
import { text } from '../text.ts';

const url = z.url({ protocol: /^https?$/ });

/** A host with its port, such as `registry.example:5000`. */
export const hostName = z
  .string()
  .max(255)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/i,
    'a host is written as registry.example or registry.example:5000, without scheme, path or pattern',
  );

/** The settings for a registry's host. */
export const hostSchema = z.strictObject({
  ca: text.exactOptional().describe('Further certificate authorities: a path, or `env://NAME`.'),
  certificate: text.exactOptional().describe("The client's certificate: a path, or `env://NAME`."),
  key: text.exactOptional().describe("The client's private key: a path, or `env://NAME`."),
  insecure: z
    .boolean()
    .exactOptional()
    .describe('true: plain HTTP; false: HTTPS on a loopback address, too.'),
  realms: z
    .array(url)
    .min(1)
    .exactOptional()
    .describe('The only token services that credentials may be sent to; they may have private addresses.'),
  uploads: z
    .array(url)
    .min(1)
    .exactOptional()
    .describe('Where blobs may be sent to and read from besides the host; they may have private addresses.'),
  mirrors: z
    .array(text)
    .min(1)
    .exactOptional()
    .describe('Registries, perhaps with a path, that what is named by its digest is read from first.'),
  requests: z
    .number()
    .int()
    .min(1)
    .max(256)
    .exactOptional()
    .describe('The most requests under way at a time. Default: 8.'),
});
