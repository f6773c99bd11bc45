import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { unchanged, verifiedStream } from '../../src/registry/verified-stream.ts';

const TEXT = 'abcdef';
const DESCRIPTOR = { mediaType: 'text/plain', digest: digestOf(TEXT), size: TEXT.length };

describe('a verified stream', () => {
  it.each([[['abcdef']], [['ab', 'cd', 'ef']], [['ab', '', 'cdef', '']]])('hands on %j', async chunks => {
    const { got, error } = await read(chunks);
    expect([got.join(''), error]).toEqual([TEXT, undefined]);
  });

  it.each([
    ['other bytes at the end', ['ab', 'cd', 'eX'], 'abcd'],
    ['other bytes at the start', ['Xb', 'cd', 'ef'], 'Xbcd'],
    ['other bytes in one piece', ['abcdeX'], ''],
    ['too few bytes', ['ab', 'cd'], 'ab'],
    ['no bytes', [], ''],
    ['more bytes', ['ab', 'cd', 'efg'], 'abcd'],
    ['more bytes behind all of them', ['abcdef', 'g'], ''],
  ])('keeps the last chunk of %s back', async (_, chunks, handed) => {
    const { got, error } = await read(chunks);
    expect(error).toMatchObject({ code: 'DIGEST_MISMATCH', message: expect.stringContaining('pull api') });
    // Whoever writes what comes has never all that was promised, so that nothing can be taken for whole.
    expect(handed.startsWith(got.join(''))).toBe(true);
  });

  it('stops reading where there is more than was promised', async () => {
    const endless = async function* () {
      for (let count = 0; count < 100; count += 1) yield Buffer.from('abc');
      expect.fail('read on');
    };
    const reading = Array.fromAsync(verifiedStream(endless(), DESCRIPTOR, 'pull api'));
    await expect(reading).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('is hashed once, also where another one yields its chunks unchanged', async () => {
    const stream = verifiedStream(chunked(['ab', 'cdef']), DESCRIPTOR, 'pull api');
    expect(verifiedStream(stream, DESCRIPTOR, 'push api')).toBe(stream);
    const same = async function* () {
      yield* stream;
    };
    const marked = unchanged(same(), stream);
    expect(verifiedStream(marked, { ...DESCRIPTOR }, 'push api')).toBe(marked);
    expect(Buffer.concat(await Array.fromAsync(marked)).toString()).toBe(TEXT);
  });

  it.each([
    ['another digest', { ...DESCRIPTOR, digest: digestOf('abcdeX') }],
    ['another size', { ...DESCRIPTOR, size: 5 }],
  ])('is verified anew against %s', async (_, other) => {
    const stream = verifiedStream(chunked([TEXT]), DESCRIPTOR, 'pull api');
    const again = Array.fromAsync(verifiedStream(stream, other, 'push api'));
    await expect(again).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('is verified anew where a stream in between does not say that it changes nothing', async () => {
    const stream = verifiedStream(chunked([TEXT]), DESCRIPTOR, 'pull api');
    const changing = async function* () {
      for await (const chunk of stream) yield Buffer.from(String(chunk).replace('f', 'X'));
    };
    const again = Array.fromAsync(verifiedStream(changing(), DESCRIPTOR, 'push api'));
    await expect(again).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('takes an empty blob', async () => {
    const empty = { ...DESCRIPTOR, digest: digestOf(''), size: 0 };
    expect(await Array.fromAsync(verifiedStream(chunked([]), empty, 'pull api'))).toEqual([]);
  });
});

async function* chunked(chunks: readonly string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

/** What was handed on until the end or the failure. */
async function read(chunks: readonly string[]) {
  const got: string[] = [];
  try {
    for await (const chunk of verifiedStream(chunked(chunks), DESCRIPTOR, 'pull api')) {
      got.push(String(chunk));
    }
    return { got, error: undefined };
  } catch (error) {
    return { got, error };
  }
}
