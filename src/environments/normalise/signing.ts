import type { Signing, SigningMethod } from '../environments.ts';
import type { WrittenSigning } from '../schema/environments.ts';
import { normaliseTrusted } from '../trusted-source.ts';

/** The public instances of Sigstore. https://docs.sigstore.dev */
export const PUBLIC_SIGSTORE = {
  fulcio: 'https://fulcio.sigstore.dev',
  rekor: 'https://rekor.sigstore.dev',
  tsa: 'https://timestamp.sigstore.dev',
} as const;

/** How images are signed, with the defaults filled in; `undefined` where nothing is. */
export function normaliseSigning(written: WrittenSigning | undefined): Signing | undefined {
  if (written === undefined) return undefined;
  const by = methodOf(written);
  if (by === undefined) return undefined;
  const { trusted = [], formats = ['bundle'], trustedRoot } = written;
  return {
    by,
    trusted: trusted.map(normaliseTrusted),
    formats: [...new Set(formats)],
    repository: written.repository,
    vsa: written.vsa === true ? true : undefined,
    ...(trustedRoot === undefined ? {} : { trustedRoot }),
    ...normaliseWitnesses(written),
  };
}

/** The transparency log and the timestamp authority that signatures are sent to. */
export function normaliseWitnesses({
  keyless,
  fulcio,
  rekor,
  tsa,
}: WrittenSigning): Pick<Signing, 'rekor' | 'rekorVersion' | 'tsa'> {
  // Certificates of a private authority are not published in a public log unless the file says so.
  const log = rekor ?? (keyless !== undefined && fulcio === undefined);
  const isVersioned = typeof log === 'object';
  return {
    ...serviceAt('rekor', isVersioned ? (log.url ?? true) : log),
    // A URL alone means a log of version 1, even if it is the public log's.
    rekorVersion: isVersioned ? log.version : log === PUBLIC_SIGSTORE.rekor ? 1 : undefined,
    ...serviceAt('tsa', tsa ?? false),
  };
}

function serviceAt(name: 'rekor' | 'tsa', written: boolean | string) {
  if (written === false) return {};
  return { [name]: written === true ? PUBLIC_SIGSTORE[name] : written };
}

function methodOf({ key, keyless, publicKey, fulcio }: WrittenSigning): SigningMethod | undefined {
  if (keyless !== undefined) return { kind: 'keyless', ...keyless, fulcio: fulcio ?? PUBLIC_SIGSTORE.fulcio };
  if (key === undefined) return undefined;
  return { kind: 'key', key, ...(publicKey === undefined ? {} : { publicKey }) };
}
