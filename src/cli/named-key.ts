import { type KeyReference, readKeyReference } from '../environments/key-reference.ts';
import { PromoteError } from '../errors.ts';

/** The key of a key service that a URI names, or `undefined`. Other URIs than `env://` throw `KEY`. */
export function inService(key: string): KeyReference | undefined {
  const read = readKeyReference(key);
  if (read === undefined) return undefined;
  if (read.kind === 'reference') return read.reference;
  const why =
    read.kind === 'unknown' ? `${read.scheme} is no key service that is asked` : 'it names no key there';
  throw new PromoteError('KEY', `load key ${key}: ${why}`, { hint: read.hint });
}
