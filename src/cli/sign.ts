import { PromoteError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { formatReference, parseReference, type Reference } from '../oci/reference.ts';
import type { Store } from '../registry/store.ts';
import { imageReport } from '../reports/image.ts';
import type { Format } from '../reports/render.ts';
import { signImage } from '../signing/sign.ts';
import { withStores } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { loadSigner, readFromDisk } from './signing.ts';

/** `promote sign <reference>` */
export async function sign(
  io: Io,
  text: string,
  options: { readonly key: string; readonly format: Format },
): Promise<number> {
  const reference = parseReference(text);
  const { repository } = reference;
  return await withStores(io, io.cwd, async stores => {
    const signer = await loadSigner(io, options.key, readFromDisk(io.cwd));
    const store = stores.store(repository);
    const subject = await findImage(store, reference);
    const { digest } = subject;
    const referrers = await store.referrers(digest);
    const outcome = await signImage({ store, subject, signer, keys: [], referrers, created: new Date() });
    const changed = outcome.kind === 'signed';
    const signed = formatReference({ repository, digest });
    print(io, imageReport({ verb: 'signed', changed, reference: signed, digest }), options.format);
    return EXIT.done;
  });
}

async function findImage(store: Store, reference: Reference): Promise<Descriptor> {
  const named = reference.digest ?? reference.tag;
  if (named === undefined) {
    throw new PromoteError('USAGE', `sign ${reference.repository}: neither tag nor digest`, {
      hint: 'name an image as repository:tag or repository@sha256:…',
    });
  }
  const found = await store.head(named);
  if (found) return found;
  throw new PromoteError('NOT_FOUND', `sign ${formatReference(reference)}: there is no such image`);
}
