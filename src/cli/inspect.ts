import { inspectImage } from '../apply/inspect.ts';
import { formatReference } from '../oci/reference.ts';
import { inspectReport } from '../reports/inspect.ts';
import type { Format } from '../reports/render.ts';
import { referenceArgument } from './argument.ts';
import { withStores } from './effects.ts';
import { EXIT } from './exit.ts';
import { findImage } from './find-image.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';

/** `promote inspect <reference>` */
export async function inspect(io: Io, text: string, options: { readonly format: Format }): Promise<number> {
  const reference = referenceArgument(text);
  return await withStores(io, io.cwd, async stores => {
    const store = stores.store(reference.repository);
    const { digest } = await findImage(store, reference, 'inspect');
    const image = await inspectImage(store, digest, formatReference(reference));
    print(io, inspectReport(image), options.format);
    return EXIT.done;
  });
}
