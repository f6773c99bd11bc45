import { formatReference, parseReference } from '../oci/reference.ts';
import { imageReport } from '../reports/image.ts';
import type { Format } from '../reports/render.ts';
import { signImage } from '../signing/sign.ts';
import { keySigner } from '../signing/signer.ts';
import { withStores } from './effects.ts';
import { EXIT } from './exit.ts';
import { findImage } from './find-image.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { readFromDisk } from './read-named.ts';
import { loadSigningKey } from './signing.ts';

/** `promote sign <reference>` */
export async function sign(
  io: Io,
  text: string,
  options: { readonly key: string; readonly format: Format },
): Promise<number> {
  const reference = parseReference(text);
  const { repository } = reference;
  return await withStores(io, io.cwd, async stores => {
    const signer = keySigner(await loadSigningKey(io, options.key, readFromDisk(io.cwd)));
    const store = stores.store(repository);
    const subject = await findImage(store, reference, 'sign');
    const { digest } = subject;
    const referrers = await store.referrers(digest);
    const search = { store, referrers, digest, trust: signer.trust };
    const formats = ['bundle'] as const;
    const outcome = await signImage({ search, subject, signer, formats, created: new Date() });
    const changed = outcome.kind === 'signed';
    const signed = formatReference({ repository, digest });
    print(io, imageReport({ verb: 'signed', changed, reference: signed, digest }), options.format);
    return EXIT.done;
  });
}
