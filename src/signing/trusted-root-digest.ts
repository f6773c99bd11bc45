import canonicalize from 'canonicalize';
import { PromoteError } from '../errors.ts';
import { type Digest, digestOf } from '../oci/digest.ts';

/** The digest of a `trusted_root.json`, whatever its white space and key order. Throws `KEY`. */
export function trustedRootDigest(text: string, path: string): Digest {
  return digestOf(`${canonicalize(parse(text, path))}`);
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new PromoteError('KEY', `load trusted root: ${path} is not a trusted root of Sigstore in JSON`, {
      hint: 'cosign trusted-root create writes one',
      cause,
    });
  }
}
