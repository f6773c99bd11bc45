import { mirrorImages } from '../commands/mirror/mirror.ts';
import type { EvidenceChoice } from '../oci/evidence-choice.ts';
import { hasFailed, isUnsigned, mirrorReport } from '../reports/mirror.ts';
import type { Format } from '../reports/render.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';

/** `promote mirror [names…]` */
export async function mirror(
  io: Io,
  names: readonly string[],
  options: {
    readonly file: string;
    readonly format: Format;
    readonly dryRun: boolean;
    readonly evidence: EvidenceChoice;
  },
): Promise<number> {
  const { dryRun, evidence } = options;
  if (!dryRun) await assertMayWrite(io);
  return await withEffects(io, options.file, async (effects, environments) => {
    const run = await mirrorImages(effects, environments, { names, evidence, writes: !dryRun });
    print(io, mirrorReport(run), options.format);
    if (hasFailed(run)) return EXIT.failed;
    return isUnsigned(run) ? EXIT.closed : EXIT.done;
  });
}
