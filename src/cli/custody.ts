import { readCustody } from '../apply/custody/custody.ts';
import { PromoteError } from '../errors.ts';
import { isDigest } from '../oci/digest.ts';
import { custodyReport, isProven } from '../reports/custody.ts';
import type { Format } from '../reports/render.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';

/** `promote custody <image>` */
export async function custody(
  io: Io,
  image: string,
  options: {
    readonly file: string;
    readonly format: Format;
    readonly environment?: string | undefined;
    readonly digest?: string | undefined;
  },
): Promise<number> {
  const { environment, digest } = options;
  if (digest !== undefined && !isDigest(digest))
    throw new PromoteError('USAGE', `custody: --digest ${digest} is no digest`, {
      hint: 'name it as sha256:0123…, as registries do',
    });
  return await withEffects(io, options.file, async (effects, environments) => {
    const result = await readCustody(effects, environments, { image, environment, digest });
    print(io, custodyReport(result), options.format);
    return isProven(result) ? EXIT.done : EXIT.closed;
  });
}
