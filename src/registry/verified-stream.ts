import type { Descriptor } from '../oci/descriptor.ts';
import { algorithmOf, digestMismatch, hashFor, hexOf } from '../oci/digest.ts';

/**
 * The stream's chunks. The last one comes only after all of them match the descriptor's digest and size.
 * Throws `DIGEST_MISMATCH`, at the latest one chunk past the size. `subject` names the bytes in errors.
 */
export async function* verifiedStream(
  stream: AsyncIterable<Uint8Array>,
  { digest, size }: Descriptor,
  subject: string,
): AsyncIterable<Uint8Array> {
  const hash = hashFor(digest);
  let received = 0;
  let held: Uint8Array | undefined;
  for await (const chunk of stream) {
    received += chunk.length;
    if (received > size) throw digestMismatch(digest, `more than its ${size} bytes`, subject);
    hash.update(chunk);
    if (held !== undefined) yield held;
    held = chunk;
  }
  const actual = hash.digest('hex');
  if (received < size) throw digestMismatch(digest, `${received} of its ${size} bytes`, subject);
  if (actual !== hexOf(digest)) throw digestMismatch(digest, `${algorithmOf(digest)}:${actual}`, subject);
  if (held !== undefined) yield held;
}
