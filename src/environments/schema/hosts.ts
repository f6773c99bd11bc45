import { z } from 'zod';
import { text } from '../text.ts';

/** What is special about a registry's host. */
export const hostSchema = z.strictObject({
  ca: text.exactOptional().describe('Path to further certificate authorities.'),
  certificate: text.exactOptional().describe("Path to the client's certificate."),
  key: text.exactOptional().describe("Path to the client's private key."),
  insecure: z.boolean().exactOptional().describe('Whether plain HTTP is used.'),
  realms: z.array(z.url()).exactOptional().describe('Token services that credentials may be sent to.'),
});
