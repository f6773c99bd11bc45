import canonicalize from 'canonicalize';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { Environment, Environments } from './environments.ts';

/**
 * SHA-256 over the canonical JSON of what governs promotions into the environment: its own entry with defaults filled
 * in, and every image's, in the order of their names. https://www.rfc-editor.org/rfc/rfc8785
 */
export function policyHash({ images }: Environments, environment: Environment): Digest {
  const ordered = images.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return digestOf(`${canonicalize({ images: ordered, environment })}`);
}
