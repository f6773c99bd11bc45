import type { AcceptedSigner, NameMatch, Signing, SigningMethod, TrustedSource } from '../environments.ts';
import type { WrittenSignature, WrittenSigning } from '../schema/environments.ts';

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
    ...(trustedRoot === undefined ? {} : { trustedRoot }),
    ...normaliseWitnesses(written),
  };
}

/** Whose signatures the gate accepts, however they are written. */
export function normaliseAccepted(written: WrittenSignature): readonly AcceptedSigner[] {
  const entries = Array.isArray(written) ? written : [written];
  return entries.flatMap(({ key, keyless, trustedRoot, witness, images = [], children = false }) => {
    const signer = key ?? keyless;
    if (signer === undefined) return [];
    const by = {
      ...(trustedRoot === undefined ? {} : { trustedRoot }),
      ...(witness === undefined ? {} : { witness }),
    };
    return [{ signer: normaliseTrusted(signer), ...by, images, children }];
  });
}

/** The log and the timestamp authority that are asked to witness signatures. */
export function normaliseWitnesses({ keyless, fulcio, rekor, tsa }: WrittenSigning): {
  readonly rekor?: string;
  readonly tsa?: string;
} {
  // What a certificate authority of one's own certifies is not published unasked.
  const logs = rekor ?? (keyless !== undefined && fulcio === undefined);
  return { ...serviceAt('rekor', logs), ...serviceAt('tsa', tsa ?? false) };
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

type WrittenTrusted = NonNullable<WrittenSigning['trusted']>[number];

function normaliseTrusted(written: WrittenTrusted): TrustedSource {
  if (typeof written === 'string') return { kind: 'key', key: written };
  return {
    kind: 'certificate',
    identity: normaliseName(written.identity),
    issuer: normaliseName(written.issuer),
  };
}

function normaliseName(written: string | { readonly pattern: string }): NameMatch {
  return typeof written === 'string'
    ? { kind: 'exact', text: written }
    : { kind: 'pattern', pattern: written.pattern };
}
