/** Bytes from outside that Sigstore's libraries cannot read. */
export class UnreadableMaterial extends Error {}

/**
 * Calls a Sigstore library on bytes from outside, for which it may throw any error. `call` must contain no
 * code of ours, so that a defect of this program is not taken for unreadable bytes.
 */
export function readForeign<Read>(call: () => Read): Read {
  try {
    return call();
  } catch (cause) {
    if (cause instanceof ReferenceError) throw cause;
    throw new UnreadableMaterial(cause instanceof Error ? cause.message : 'it cannot be read', { cause });
  }
}
