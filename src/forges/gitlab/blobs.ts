import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PromoteError } from '../../errors.ts';
import { createBlobs, type LocalBlob } from '../api/blobs.ts';
import { readTar } from '../api/tar.ts';
import { assertFileSize } from '../git/text.ts';
import type { GitLab } from './gitlab.ts';
import { assertCommit, type Trees } from './trees.ts';

const MOST_BYTES = 5 * 1024 * 1024;

/** Reads blobs over the API: one archive of a commit that holds many, or each by its name. */
export function createGitLabBlobs(gitlab: GitLab, trees: Trees, local: LocalBlob | undefined) {
  return createBlobs(
    {
      name: gitlab.name,
      archive: blobs => readArchive(gitlab, trees, blobs),
      async one(blob) {
        assertCommit(blob);
        const path = `repository/blobs/${blob}/raw`;
        // A byte more than is allowed, so that the bound is told by its own error.
        const bytes = await gitlab
          .bytes({ doing: `read blob ${blob}`, path, limit: MOST_BYTES + 1 })
          .catch(error => {
            if (error instanceof PromoteError && error.code === 'TOO_LARGE')
              assertFileSize(blob, MOST_BYTES + 1);
            throw error;
          });
        return bytes;
      },
    },
    local,
  );
}

/**
 * The regular files of one commit's archive. Their bytes count by their hash alone: archives may leave files out or
 * rewrite them (`export-ignore`, `export-subst`). GitLab.com gives five a minute to a user.
 */
async function* readArchive(
  gitlab: GitLab,
  trees: Trees,
  blobs: readonly string[],
): AsyncGenerator<Uint8Array, void> {
  const sha = await trees.holding(blobs);
  if (sha === undefined) return;
  const doing = `read the archive of ${sha}`;
  const query = { sha, format: 'tar.gz', include_lfs_blobs: false };
  const body = await gitlab.stream({ doing, path: 'repository/archive', query });
  const broken = (why: string) =>
    new PromoteError('UNREACHABLE', `${doing} of ${gitlab.name}: ${why}`, { hint: 'run it again' });
  const unpacked = Readable.from(body).compose(createGunzip());
  try {
    yield* readTar(unpacked, size => size <= MOST_BYTES, broken);
  } catch (error) {
    if (error instanceof PromoteError) throw error;
    throw broken('it is no gzip stream, or is cut off');
  }
}
