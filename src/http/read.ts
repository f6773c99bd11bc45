import { PromoteError } from '../errors.ts';

/** A stream's bytes; throws `TOO_LARGE` once they are more than the limit. */
export async function readBounded(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
  operation: string,
): Promise<Uint8Array> {
  const { bytes, isWhole } = await read(stream, limit);
  if (isWhole) return bytes;
  throw new PromoteError('TOO_LARGE', `${operation}: the answer has more than the ${limit} bytes allowed`);
}

/** A stream's first bytes, up to the limit. */
export async function readStart(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  return (await read(stream, limit)).bytes;
}

async function read(stream: AsyncIterable<Uint8Array>, limit: number) {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) break;
  }
  return { bytes: new Uint8Array(Buffer.concat(chunks).subarray(0, limit)), isWhole: length <= limit };
}
