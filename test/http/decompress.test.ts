import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { decompress } from '../../src/http/decompress.ts';

async function* chunked(bytes: Uint8Array, ended: () => void = () => undefined) {
  try {
    for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
  } finally {
    ended();
  }
}

const TEXT = Array.from({ length: 50_000 }, (_, index) => `${index} ${Math.sin(index)}`).join('\n');

it.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('unpacks %s', async (format, pack) => {
  const parts: Uint8Array[] = [];
  for await (const part of decompress(chunked(pack(TEXT)), format)) parts.push(part);
  expect(Buffer.concat(parts).toString()).toBe(TEXT);
});

it.each([
  ['is cut off', gzipSync(TEXT).subarray(0, 10_000)],
  ['is damaged', gzipSync(TEXT).fill(7, 5000, 6000)],
  ['is something else', Buffer.from(TEXT)],
])('throws to its reader where the stream %s', async (_, bytes) => {
  const read = async () => {
    for await (const _ of decompress(chunked(bytes), 'gzip'));
  };
  await expect(read()).rejects.toThrow();
});

it('hands on what broke its source', async () => {
  async function* broken() {
    yield gzipSync(TEXT).subarray(0, 5000);
    throw new Error('the line is dead');
  }
  const read = async () => {
    for await (const _ of decompress(broken(), 'gzip'));
  };
  await expect(read()).rejects.toThrow('the line is dead');
});

it('ends its source where the reader leaves', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  for await (const _ of decompress(chunked(gzipSync(TEXT), resolve), 'gzip')) break;
  await promise;
});
