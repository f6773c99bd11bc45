import { PromoteError } from '../errors.ts';
import { assembleIndex } from '../images/assemble/assemble-index.ts';
import type { EvidenceChoice } from '../oci/evidence-choice.ts';
import { formatReference } from '../oci/reference.ts';
import { indexReport } from '../reports/index-report.ts';
import type { Format } from '../reports/render.ts';
import { referenceArgument } from './argument.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { withStores } from './with-stores.ts';

/** The options of `promote index`. */
interface IndexCommandOptions {
  readonly file: string;
  readonly platform: readonly string[];
  readonly moveTag: boolean;
  readonly evidence: EvidenceChoice;
  readonly format: Format;
}

/** `promote index <target> <source>…` */
export async function assemble(
  io: Io,
  target: string,
  sources: readonly string[],
  options: IndexCommandOptions,
): Promise<number> {
  const to = referenceArgument(target);
  const from = sources.map(text => {
    const reference = referenceArgument(text);
    const named = reference.digest ?? reference.tag;
    if (named === undefined || to.digest !== undefined) {
      throw new PromoteError('USAGE', 'index takes a target without digest, and sources with tag or digest', {
        hint: 'promote index registry.example/api:1.2.3 registry.example/api:1.2.3-amd64 registry.example/api:1.2.3-arm64',
      });
    }
    return { repository: reference.repository, from: named, name: formatReference(reference) };
  });
  return await withStores(io, options.file, async ({ store, progress }) => {
    const { descriptor, ...made } = await assembleIndex({
      target: store(to.repository),
      tag: to.tag,
      moves: options.moveTag,
      sources: from.map(({ repository, ...source }) => ({ ...source, store: store(repository) })),
      platforms: options.platform,
      evidence: options.evidence,
      progress,
      signal: io.signal,
    });
    const reference = formatReference(to);
    print(io, indexReport({ reference, digest: descriptor.digest, ...made }), options.format);
    return EXIT.done;
  });
}
