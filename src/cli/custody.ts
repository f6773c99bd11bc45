import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { auditFiles } from '../commands/custody/audit.ts';
import { readCustody } from '../commands/custody/custody.ts';
import type { Environments } from '../environments/environments.ts';
import { PromoteError, withSystem } from '../errors.ts';
import { isDigest } from '../oci/digest.ts';
import { writeTar } from '../oci/write-tar.ts';
import { type Custody, custodyReport, isProven } from '../reports/custody.ts';
import { type Format, render } from '../reports/render.ts';
import type { Effects } from '../run/effects.ts';
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
    /** The directory that the audit bundle is written to. */
    readonly out?: string | undefined;
  },
): Promise<number> {
  const { environment, digest, out } = options;
  if (digest !== undefined && !isDigest(digest))
    throw new PromoteError('USAGE', `custody: --digest ${digest} is no digest`, {
      hint: 'name it as sha256:0123…, as registries do',
    });
  return await withEffects(io, options.file, async (effects, environments) => {
    const result = await readCustody(effects, environments, { image, environment, digest });
    const report = custodyReport(result);
    if (out !== undefined) await writeAudit(io, effects, environments, result, out);
    print(io, report, options.format);
    return isProven(result) ? EXIT.done : EXIT.closed;
  });
}

async function writeAudit(
  io: Io,
  effects: Effects,
  environments: Environments,
  result: Custody,
  out: string,
): Promise<void> {
  const files = await auditFiles(effects, environments, result, render(custodyReport(result), 'json', false));
  await withSystem(`write ${out}`, () => writeFile(resolve(io.cwd, out), writeTar(files)));
  effects.log(`wrote ${out}; sh verify.sh in it verifies the chain with cosign 3 alone`);
}
