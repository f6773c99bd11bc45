import { z } from 'zod';
import type { LocalBlob } from '../../git/executable/checkout-blobs.ts';
import { assertFileSize } from '../../git/text.ts';
import { readArchive } from '../api/archive.ts';
import { createBlobs, type Most } from '../api/blobs.ts';
import { assertObjectName } from '../api/kept-trees.ts';
import type { Forgejo } from './forgejo.ts';
import type { Trees } from './trees.ts';

/** `content` is empty above a size that the instance sets; promote reads at most its default of 10 MiB. */
const BLOB = z.object({ content: z.string(), size: z.number() });

/** Reads blobs over the API: by one archive of a commit that has many of them, or each by its name. */
export function createForgejoBlobs(forgejo: Forgejo, trees: Trees, local: LocalBlob | undefined) {
  return createBlobs(
    {
      name: forgejo.name,
      archive: (blobs, most) => archived(forgejo, trees, { blobs, most }),
      async one(blob, most) {
        assertObjectName(blob);
        const ask = { doing: `read blob ${blob}`, path: `git/blobs/${blob}` };
        const { content, size } = await forgejo.ask(ask, BLOB);
        assertFileSize(blob, size, most);
        return Buffer.from(content, 'base64');
      },
    },
    local,
  );
}

/** The archive's files of the wanted sizes, as the commit's tree shows them. */
async function* archived(
  forgejo: Forgejo,
  trees: Trees,
  { blobs, most }: { readonly blobs: readonly string[]; readonly most: Most },
): AsyncGenerator<Uint8Array, void> {
  const commit = await trees.holding(blobs);
  if (commit === undefined) return;
  const wanted = new Set(blobs);
  const sizes = new Set<number>();
  for (const { object, size = 0 } of (await trees.read(commit)).values()) {
    if (!wanted.has(object)) continue;
    assertFileSize(object, size, most);
    sizes.add(size);
  }
  const doing = `read the archive of ${commit}`;
  const body = await forgejo.stream({ doing, path: `archive/${commit}.tar.gz` });
  yield* readArchive(`${doing} of ${forgejo.name}`, body, size => sizes.has(size));
}
