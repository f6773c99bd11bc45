import { environmentNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { formatReference } from '../oci/reference.ts';
import type { OpenStore } from '../registry/store.ts';
import { imageReport } from '../reports/image.ts';
import type { Format } from '../reports/render.ts';
import type { OurSigning } from '../run/effects.ts';
import { requireSigner } from '../signing/can-sign.ts';
import { signImage } from '../signing/sign.ts';
import { keySigner } from '../signing/signer.ts';
import { referenceArgument } from './argument.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import { findImage } from './find-image.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';
import { readArguments } from './read-named.ts';
import { loadSigningKey } from './signing.ts';
import { withStores } from './with-stores.ts';

/** The options of `sign`: a key, or the environment whose signer is used. */
export interface SignOptions {
  readonly key?: string;
  readonly environment?: string;
  readonly file: string;
  readonly format: Format;
}

/** `promote sign <reference>` */
export async function sign(io: Io, text: string, options: SignOptions): Promise<number> {
  const { key, environment } = options;
  // The command line is checked before a file or a registry is read.
  referenceArgument(text);
  if (key !== undefined && environment !== undefined) throw misnamed(text, 'two signers');
  if (key !== undefined) return await signWithKey(io, text, key, options);
  if (environment !== undefined) return await signFor(io, text, environment, options);
  throw misnamed(text, 'no signer');
}

function misnamed(text: string, what: string): PromoteError {
  const hint =
    'name one: --key cosign.key, or --environment production for the signer of the environments file';
  return new PromoteError('USAGE', `sign ${text}: ${what} named`, { hint });
}

async function signWithKey(io: Io, text: string, key: string, options: SignOptions): Promise<number> {
  return await withStores(io, options.file, async ({ store, http }) => {
    const place = { io, http, read: readArguments(io.cwd) };
    const signer = keySigner(await loadSigningKey(place, key));
    const own = { trust: signer.trust, formats: ['bundle'] as const, signer: async () => signer };
    return await signWith(io, text, options, store, own);
  });
}

async function signFor(io: Io, text: string, environment: string, options: SignOptions): Promise<number> {
  await assertMayWrite(io);
  return await withEffects(io, options.file, async (effects, environments) => {
    const { name, signing } = environmentNamed(environments, environment);
    if (signing === undefined) {
      const hint = 'set signing there, or sign with --key';
      const message = `sign ${text}: ${name} has no signing in the environments file`;
      throw new PromoteError('CONFIGURATION', message, { hint });
    }
    return await signWith(io, text, options, effects.store, await effects.signing(signing));
  });
}

async function signWith(
  io: Io,
  text: string,
  { format }: SignOptions,
  open: OpenStore,
  { trust, formats, signer }: OurSigning,
): Promise<number> {
  const reference = referenceArgument(text);
  const { repository } = reference;
  const store = open(repository);
  const subject = await findImage(store, reference, 'sign');
  const { digest } = subject;
  const search = { store, referrers: await store.referrers(digest), digest, trust };
  const created = new Date();
  const opened = await signer();
  await requireSigner(opened, trust);
  const outcome = await signImage({ search, subject, signer: opened, formats, created });
  const changed = outcome.kind === 'signed';
  const signed = formatReference({ repository, digest });
  print(io, imageReport({ verb: 'signed', changed, reference: signed, digest }), format);
  return EXIT.done;
}
