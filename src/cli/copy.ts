import { PromoteError } from '../errors.ts';
import type { EvidenceChoice } from '../oci/evidence-choice.ts';
import { formatReference } from '../oci/reference.ts';
import { copyImage } from '../registry/copy/copy.ts';
import { imageReport } from '../reports/image.ts';
import type { Format } from '../reports/render.ts';
import { referenceArgument } from './argument.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { withStores } from './with-stores.ts';

/** `promote copy <source> <target>` */
export async function copy(
  io: Io,
  source: string,
  target: string,
  options: { readonly file: string; readonly evidence: EvidenceChoice; readonly format: Format },
): Promise<number> {
  const from = referenceArgument(source);
  const to = referenceArgument(target);
  const named = from.digest ?? from.tag;
  if (named === undefined || to.digest !== undefined) {
    throw new PromoteError('USAGE', 'copy takes a source with tag or digest, and a target without digest', {
      hint: 'promote copy registry.example/dev/api:1.2.3 registry.example/qa/api:1.2.3',
    });
  }
  return await withStores(io, options.file, async ({ store, progress }) => {
    const { descriptor, ...copied } = await copyImage({
      source: store(from.repository),
      target: store(to.repository),
      from: named,
      tag: to.tag,
      evidence: options.evidence,
      progress,
      signal: io.signal,
    });
    const { digest } = descriptor;
    const report = imageReport({ verb: 'copied', reference: formatReference(to), digest, ...copied });
    print(io, report, options.format);
    return EXIT.done;
  });
}
