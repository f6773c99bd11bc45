import { PromoteError } from '../../errors.ts';
import { decompress } from '../../http/decompress.ts';
import { readTar } from '../../oci/tar.ts';

/**
 * Streams the regular files of a commit's archive whose size `matters` accepts. A broken archive throws
 * `UNREACHABLE` with `doing` in the message. Names are left out, since the caller identifies files by hash:
 * archives may omit or rewrite files (`export-ignore`, `export-subst`).
 */
export async function* readArchive(
  doing: string,
  body: AsyncIterable<Uint8Array>,
  matters: (size: number) => boolean,
): AsyncGenerator<Uint8Array, void> {
  const broken = (why: string) =>
    new PromoteError('UNREACHABLE', `${doing}: ${why}`, { hint: 'run it again' });
  try {
    const files = readTar(decompress(body, 'gzip'), ({ size }) => matters(size), broken);
    for await (const { bytes } of files) yield bytes;
  } catch (error) {
    if (error instanceof PromoteError) throw error;
    throw broken('it is no gzip stream, or is cut off');
  }
}
