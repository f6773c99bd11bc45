import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PromoteError, reasonOf } from '../errors.ts';
import { attachReport } from '../images/attach-report.ts';
import { readScannable } from '../images/scans.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { formatReference } from '../oci/reference.ts';
import type { Store } from '../registry/store.ts';
import { imageReport } from '../reports/image.ts';
import type { Format } from '../reports/render.ts';
import { keySigner } from '../signing/signer.ts';
import { placeReport } from '../vulnerabilities/place.ts';
import { readReport } from '../vulnerabilities/read-report.ts';
import type { Report } from '../vulnerabilities/report.ts';
import { referenceArgument } from './argument.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import { findImage } from './find-image.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';
import { readArguments } from './read-named.ts';
import { loadSigningKey } from './signing.ts';
import { assertSignsNoImages } from './signs-no-images.ts';

/** The options of `report attach`. */
export interface ReportOptions {
  readonly key: string;
  readonly file: string;
  readonly format: Format;
}

/** `promote report attach <reference> <scan.json>` */
export async function report(io: Io, text: string, path: string, options: ReportOptions): Promise<number> {
  const reference = referenceArgument(text);
  await assertMayWrite(io);
  const document = await readDocument(io, path);
  return await withEffects(io, options.file, async (effects, environments, { http }) => {
    const key = await loadSigningKey({ io, http, read: readArguments(io.cwd) }, options.key);
    await assertSignsNoImages(effects, environments, key, {
      doing: 'report attach',
      key: options.key,
      hint: 'sign reports with a key of their own, and name it in gates.vulnerabilities.signers',
    });
    const { repository } = reference;
    const store = effects.store(repository);
    const subject = await findImage(store, reference, 'report attach');
    await assertIsOf(store, subject, path, document.report);
    if (document.report.flaw !== undefined)
      effects.log(`${path} does not show what is in the image: ${document.report.flaw}`);
    const changed = await attachReport(store, subject, keySigner(key), document, effects.now());
    const { digest } = subject;
    const attached = formatReference({ repository, digest });
    print(io, imageReport({ verb: 'attached', changed, reference: attached, digest }), options.format);
    return EXIT.done;
  });
}

async function readDocument(
  { cwd }: Io,
  path: string,
): Promise<{ readonly json: unknown; readonly report: Report }> {
  const text = await readFile(resolve(cwd, path), 'utf8').catch(cause => {
    const { text: why, hint } = reasonOf(cause);
    throw new PromoteError('USAGE', `report attach: ${path} cannot be read: ${why}`, { hint, cause });
  });
  const reading = readReport(text);
  if (reading.kind === 'report') return { json: JSON.parse(text), report: reading.report };
  const why = reading.kind === 'refused' ? reading.reason : 'it is no scan report of a known format';
  throw new PromoteError('INVALID', `report attach: ${path}: ${why}`, {
    hint: "write the scanner's JSON, such as trivy image --format json --output scan.json",
  });
}

/** Throws `INVALID` if the report is not about the image. */
async function assertIsOf(store: Store, { digest }: Descriptor, path: string, found: Report): Promise<void> {
  const placed = placeReport(found, digest, await readScannable(store, digest));
  if (placed.kind === 'placed') return;
  throw new PromoteError(
    'INVALID',
    `report attach: ${path} would not count for ${store.name}@${digest}: ${placed.reason}`,
    {
      hint: 'scan the image by its digest, and of an index name the platform that was scanned by its digest',
    },
  );
}
