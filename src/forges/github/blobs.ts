import type { LocalBlob } from '../../git/executable/checkout-blobs.ts';
import { assertFileSize } from '../../git/text.ts';
import { readArchive } from '../api/archive.ts';
import { createBlobs, type Most } from '../api/blobs.ts';
import { openArchive } from './archive.ts';
import type { GitHub } from './github.ts';
import { readObjects } from './objects.ts';
import type { Trees } from './trees.ts';

/** Reads blobs over the API: one archive of a commit that has many, a hundred a request, or one by one. */
export function createGitHubBlobs(github: GitHub, trees: Trees, local: LocalBlob | undefined) {
  return createBlobs(
    {
      name: github.name,
      archive: (blobs, most) => archived(github, trees, { blobs, most }),
      async *many(blobs) {
        const read = await readObjects<BlobText>(github, blobs, '... on Blob { text }');
        for (const { text } of read.values()) if (text !== null) yield Buffer.from(text);
      },
      async one(blob, most) {
        const { content, size } = await github.ask(`read blob ${blob}`, ({ rest }) =>
          rest.git.getBlob({ ...github.place, file_sha: blob }),
        );
        assertFileSize(blob, size ?? 0, most);
        return Buffer.from(content, 'base64');
      },
    },
    local,
  );
}

interface BlobText {
  /** `null` for a binary blob; cut off where it is long. */
  readonly text: string | null;
}

/** The archive's files of the wanted sizes, as the commit's tree shows them. */
async function* archived(
  github: GitHub,
  trees: Trees,
  { blobs, most }: { readonly blobs: readonly string[]; readonly most: Most },
): AsyncGenerator<Uint8Array, void> {
  const object = await trees.holding(blobs);
  if (object === undefined) return;
  const wanted = new Set(blobs);
  const sizes = new Set<number>();
  for (const { object: blob, size = 0 } of (await trees.read(object)).values()) {
    if (!wanted.has(blob)) continue;
    assertFileSize(blob, size, most);
    sizes.add(size);
  }
  const doing = `read the archive of ${object}`;
  yield* readArchive(`${doing} of ${github.name}`, await openArchive(github, doing, object), size =>
    sizes.has(size),
  );
}
