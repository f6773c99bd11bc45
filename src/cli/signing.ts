import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { OurSigning } from '../apply/effects.ts';
import type { Signing, SigningMethod } from '../environments/environments.ts';
import { PUBLIC_SIGSTORE } from '../environments/normalise/signing.ts';
import { PromoteError, rethrowDefect } from '../errors.ts';
import { loadPrivateKey } from '../signing/private-key.ts';
import { keySigner, requirementOf, type Signer, type SigningKey } from '../signing/signer.ts';
import { ambientToken } from '../signing/sigstore/ambient-token.ts';
import type { IdentityToken } from '../signing/sigstore/identity-token.ts';
import { keylessSigner, signerAsOneOf } from '../signing/sigstore/keyless.ts';
import { rekorWitness } from '../signing/sigstore/rekor.ts';
import { timestampWitness } from '../signing/sigstore/timestamp.ts';
import type { TrustedRoot } from '../signing/trust.ts';
import type { IdentityMatch, TrustedSigner } from '../signing/trusted-signer.ts';
import type { Witness } from '../signing/witness.ts';
import { inService } from './named-key.ts';
import { readKeyText } from './read-named.ts';
import { loadTrustedSigner, type SigningPlace, trustedRootOf } from './trust.ts';

/** Our signers as the environments file names them; a private key is opened once, and only when asked for. */
export async function loadSigning(place: SigningPlace, signing: Signing): Promise<OurSigning> {
  const root = trustedRootOf(place, signing.trustedRoot);
  const witnesses = witnessesOf(place, signing);
  let opened: Promise<Signer> | undefined;
  const signer = () => {
    opened ??= openSigner(place, signing.by, { witnesses, root });
    return opened;
  };
  const requires = requirementOf(witnesses);
  // What a key signed before its signatures were witnessed stays ours.
  const trusted = await Promise.all(
    signing.trusted.map(source =>
      loadTrustedSigner(place, source, source.kind === 'key' ? undefined : requires),
    ),
  );
  const own = await ownSigners(place, signing.by, signer, requires);
  return { trust: { signers: [...own, ...trusted], root }, formats: signing.formats, signer };
}

/** Opens a private key given as a path, `env://NAME` or the URI of a key service; its password is `COSIGN_PASSWORD`. */
export async function loadSigningKey(place: SigningPlace, key: string): Promise<SigningKey> {
  const { io, read } = place;
  const reference = inService(key);
  if (reference !== undefined) {
    const { openServiceKey } = await import('./key-service.ts');
    return await openServiceKey(place, reference, 'sign');
  }
  return await loadPrivateKey(await readKeyText(io, key, read), () => io.env.COSIGN_PASSWORD);
}

interface Witnessed {
  readonly witnesses: readonly Witness[];
  readonly root: TrustedRoot;
}

async function openSigner(place: SigningPlace, by: SigningMethod, witnessed: Witnessed): Promise<Signer> {
  const { io, http } = place;
  if (by.kind === 'key') return keySigner(await loadSigningKey(place, by.key), witnessed);
  const fulcio = { http, url: by.fulcio, signal: io.signal };
  return keylessSigner({ ...witnessed, ...by, fulcio, token: tokenOf(place, by.tokenFile) });
}

/** The private key is not needed to recognise its signatures, where the public one is named. */
async function ownSigners(
  place: SigningPlace,
  by: SigningMethod,
  signer: () => Promise<Signer>,
  requires: ReturnType<typeof requirementOf>,
): Promise<readonly TrustedSigner[]> {
  if (by.kind === 'keyless' || by.publicKey === undefined) return (await signer()).trust.signers;
  return [await loadTrustedSigner(place, { kind: 'key', key: by.publicKey }, requires)];
}

function witnessesOf(
  { io, http }: SigningPlace,
  { rekor, tsa }: Pick<OwnIdentity, 'rekor' | 'tsa'>,
): readonly Witness[] {
  const at = (url: string) => ({ http, url, signal: io.signal });
  return [
    ...(rekor === undefined ? [] : [rekorWitness(at(rekor))]),
    ...(tsa === undefined ? [] : [timestampWitness(at(tsa))]),
  ];
}

function tokenOf({ io, http }: SigningPlace, file: string | undefined): IdentityToken {
  const { env, cwd, signal } = io;
  if (file === undefined) return ambientToken({ env, http, signal });
  return async () => {
    try {
      return (await readFile(resolve(cwd, file), 'utf8')).trim();
    } catch (cause) {
      rethrowDefect(cause);
      throw new PromoteError('SIGNATURE', `get identity token: ${file} cannot be read`, {
        hint: 'name the file that holds it in signing.keyless.tokenFile',
        cause,
      });
    }
  };
}

/** Where an identity of one's own is certified and witnessed; absent: by the public Sigstore. */
export interface OwnIdentity {
  readonly tokenFile?: string | undefined;
  readonly fulcio?: string | undefined;
  readonly rekor?: string | undefined;
  readonly tsa?: string | undefined;
}

/** Signs as whoever the token is of, who has to be one of the identities. */
export function identitySigner(
  place: SigningPlace,
  { tokenFile, fulcio, rekor, tsa }: OwnIdentity,
  identities: readonly IdentityMatch[],
  root: TrustedRoot,
): Signer {
  const { io, http } = place;
  const at = { http, url: fulcio ?? PUBLIC_SIGSTORE.fulcio, signal: io.signal };
  // Certificates of a private authority are not published in a public log.
  const log = rekor ?? (fulcio === undefined ? PUBLIC_SIGSTORE.rekor : undefined);
  const witnesses = witnessesOf(place, { rekor: log, tsa });
  return signerAsOneOf({ fulcio: at, token: tokenOf(place, tokenFile), witnesses, root }, identities);
}
