import type { OnReadOpts, Socket } from 'node:net';

const SIZE = 256 * 1024;
/** The most buffers that are kept for their next use. */
const MOST_FREE = 16;
/** Smaller reads are copied, so that they do not keep a whole buffer. */
const SMALL = 16 * 1024;

const free: Buffer[] = [];
/** How much of a buffer was read into, by its memory, until its bytes are written. */
const lent = new WeakMap<ArrayBufferLike, { readonly buffer: Buffer; readonly count: number }>();

/**
 * Reads a socket's bytes into buffers that are used again once another socket has written all of their bytes in
 * one chunk (`reusingWritten`). Other readers keep what they got, and it is freed as usual. Without this, the
 * memory of large blobs is freed only by slow garbage collections.
 */
export function readInto(socket: () => Socket | undefined): OnReadOpts {
  let kept: Buffer | undefined;
  let current: Buffer;
  return {
    buffer() {
      current = kept ?? free.pop() ?? Buffer.allocUnsafeSlow(SIZE);
      kept = undefined;
      return current;
    },
    callback(count) {
      const bytes = current.subarray(0, count);
      if (count < SMALL) {
        const goesOn = socket()?.push(Buffer.from(bytes)) ?? true;
        kept = current;
        return goesOn;
      }
      lent.set(current.buffer, { buffer: current, count });
      return socket()?.push(bytes) ?? true;
    },
  };
}

/** The socket, which gives back each buffer that it has written whole. */
export function reusingWritten<Any extends Socket>(socket: Any): Any {
  const write = socket.write.bind(socket);
  socket.write = (chunk: Uint8Array | string, ...rest: readonly unknown[]) => {
    const whole = typeof chunk === 'string' ? undefined : lent.get(chunk.buffer);
    if (whole === undefined || whole.count !== chunk.length)
      return Reflect.apply(write, socket, [chunk, ...rest]);
    return write(chunk, error => {
      if (error || !lent.delete(whole.buffer.buffer)) return;
      if (free.length < MOST_FREE) free.push(whole.buffer);
    });
  };
  return socket;
}
