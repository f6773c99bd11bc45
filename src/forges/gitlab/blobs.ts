import { PromoteError } from '../../errors.ts';
import type { LocalBlob } from '../../git/executable/checkout-blobs.ts';
import { assertFileSize } from '../../git/text.ts';
import { readArchive } from '../api/archive.ts';
import { createBlobs, type Most } from '../api/blobs.ts';
import { assertObjectName } from '../api/kept-trees.ts';
import type { GitLab } from './gitlab.ts';
import type { Trees } from './trees.ts';

const MOST_BYTES = 5 * 1024 * 1024;

/** Reads blobs over the API: by one archive of a commit that has many of them, or each by its name. */
export function createGitLabBlobs(gitlab: GitLab, trees: Trees, local: LocalBlob | undefined) {
  return createBlobs(
    {
      name: gitlab.name,
      archive: (blobs, most) => archived(gitlab, trees, { blobs, most }),
      async one(blob, most = MOST_BYTES) {
        assertObjectName(blob);
        const path = `repository/blobs/${blob}/raw`;
        // A byte more than is allowed, so that the bound is recognised by its own error.
        const bytes = await gitlab
          .bytes({ doing: `read blob ${blob}`, path, limit: most + 1 })
          .catch(error => {
            if (error instanceof PromoteError && error.code === 'TOO_LARGE')
              assertFileSize(blob, most + 1, most);
            throw error;
          });
        return bytes;
      },
    },
    local,
  );
}

/** The files of a commit's archive; GitLab.com allows each user five a minute. */
async function* archived(
  gitlab: GitLab,
  trees: Trees,
  { blobs, most = MOST_BYTES }: { readonly blobs: readonly string[]; readonly most: Most },
): AsyncGenerator<Uint8Array, void> {
  const sha = await trees.holding(blobs);
  if (sha === undefined) return;
  const doing = `read the archive of ${sha}`;
  const query = { sha, format: 'tar.gz', include_lfs_blobs: false };
  const body = await gitlab.stream({ doing, path: 'repository/archive', query });
  yield* readArchive(`${doing} of ${gitlab.name}`, body, size => size <= most);
}
