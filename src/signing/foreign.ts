/** Bytes that somebody made up, and that Sigstore's libraries cannot read. */
export class UnreadableMaterial extends Error {}

/**
 * Calls Sigstore's libraries alone, on bytes that somebody made up: of those they throw errors of every kind. Nothing
 * of ours is called in there, so a fault of this program cannot be taken for one.
 */
export function readForeign<Read>(call: () => Read): Read {
  try {
    return call();
  } catch (cause) {
    if (cause instanceof ReferenceError) throw cause;
    throw new UnreadableMaterial(cause instanceof Error ? cause.message : 'it cannot be read', { cause });
  }
}
