import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PromoteError } from '../../errors.ts';
import { readTar } from '../api/tar.ts';
import type { GitHub } from './github.ts';

/**
 * Streams the regular files of one commit's archive whose size `matters`. Names are not told, for the caller trusts
 * bytes alone by their hash: archives may leave files out or rewrite them (`export-ignore`, `export-subst`).
 */
export async function* readArchive(
  github: GitHub,
  commit: string,
  matters: (size: number) => boolean,
): AsyncGenerator<Uint8Array, void> {
  const doing = `read the archive of ${commit}`;
  const body = await github.ask(doing, async client => {
    const { data } = await client.request('GET /repos/{owner}/{repo}/tarball/{ref}', {
      ...github.place,
      ref: commit,
      request: { parseSuccessResponseBody: false },
    });
    return { data: data instanceof ReadableStream ? data : undefined };
  });
  if (body === undefined) throw broken(github, doing, 'no body');
  const failure = (why: string) => broken(github, doing, why);
  try {
    yield* readTar(Readable.from(body).compose(createGunzip()), matters, failure);
  } catch (error) {
    if (error instanceof PromoteError) throw error;
    throw failure('it is no gzip stream, or is cut off');
  }
}

function broken(github: GitHub, doing: string, why: string): PromoteError {
  return new PromoteError('UNREACHABLE', `${doing} of ${github.name}: ${why}`, { hint: 'run it again' });
}
