import { PromoteError } from '../errors.ts';
import { type Digest, parseDigest } from '../oci/digest.ts';
import { parseReference, type Reference } from '../oci/reference.ts';

/** An image reference of the command line; throws `USAGE` where it is none. */
export function referenceArgument(text: string): Reference {
  return asArgument(() => parseReference(text));
}

/** A digest of the command line; throws `USAGE` where it is none. */
export function digestArgument(text: string): Digest {
  return asArgument(() => parseDigest(text));
}

/** Text that a person typed is a usage error where the same text in a registry's answer is damage. */
function asArgument<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'INVALID') throw error;
    throw new PromoteError('USAGE', error.message, { hint: error.hint, cause: error });
  }
}
