import { type Block, line, phrase, type Report } from './document.ts';
import type { index } from './schemas/changes.ts';
import type { Json } from './schemas/parts.ts';

/** The result of `index`. */
export type IndexResult = Json<typeof index>;

/** Reports the index, its images, and the sources' evidence that is not copied. */
export function indexReport(result: IndexResult): Report {
  const { changed, reference, digest, images, evidence, evidenceFound, left } = result;
  const head = line(
    phrase(changed ? 'indexed' : 'already indexed', changed ? 'good' : 'quiet'),
    phrase(reference),
    phrase(digest, 'quiet'),
    ...(evidenceFound > 0 ? [phrase(`with ${evidence} of ${evidenceFound} pieces of evidence`)] : []),
  );
  const items: Block = {
    kind: 'items',
    items: images.map(({ platform, digest, source }) => [
      phrase(platform),
      phrase(digest, 'quiet'),
      phrase(`from ${source}`),
    ]),
  };
  const stays = left.map(({ source, digest, evidence }) =>
    line(
      phrase(`${evidence} of evidence of ${source} stays there:`, 'wait'),
      phrase(`it is of ${digest}, an index that the new one does not contain`),
    ),
  );
  return { blocks: [head, items, ...stays], json: result };
}
