import type { Descriptor } from '../oci/descriptor.ts';
import { algorithmOf, digestMismatch, hashFor, hexOf } from '../oci/digest.ts';

/** The streams that are verified, with what they are verified against. */
const verified = new WeakMap<AsyncIterable<Uint8Array>, Pick<Descriptor, 'digest' | 'size'>>();

/**
 * The stream's chunks. The last one comes only after all of them match the descriptor's digest and size.
 * Throws `DIGEST_MISMATCH`, at the latest one chunk past the size. `subject` names the bytes in errors. A stream
 * that is verified against the same descriptor is not hashed again.
 */
export function verifiedStream(
  stream: AsyncIterable<Uint8Array>,
  descriptor: Descriptor,
  subject: string,
): AsyncIterable<Uint8Array> {
  const known = verified.get(stream);
  if (known?.digest === descriptor.digest && known.size === descriptor.size) return stream;
  const checked = verify(stream, descriptor, subject);
  verified.set(checked, descriptor);
  return checked;
}

/** Marks a stream that yields the chunks of another one unchanged, so that it is as verified as that one. */
export function unchanged(
  stream: AsyncIterable<Uint8Array>,
  from: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const known = verified.get(from);
  if (known !== undefined) verified.set(stream, known);
  return stream;
}

async function* verify(
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
