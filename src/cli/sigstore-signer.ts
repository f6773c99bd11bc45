import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Signing, SigningMethod } from '../environments/environments.ts';
import { PUBLIC_SIGSTORE } from '../environments/normalise/signing.ts';
import { PromoteError, rethrowDefect } from '../errors.ts';
import type { Signer } from '../signing/signer.ts';
import { ambientToken } from '../signing/sigstore/ambient-token.ts';
import type { IdentityToken } from '../signing/sigstore/identity-token.ts';
import { keylessSigner, signerAsOneOf } from '../signing/sigstore/keyless.ts';
import {
  type PublicPlace,
  publicFulcio,
  publicLog,
  publicStamp,
} from '../signing/sigstore/public-services.ts';
import { rekorWitness } from '../signing/sigstore/rekor.ts';
import { tilesWitness } from '../signing/sigstore/rekor-tiles.ts';
import type { Service } from '../signing/sigstore/service.ts';
import { timestampWitness } from '../signing/sigstore/timestamp.ts';
import type { TrustedRoot } from '../signing/trust.ts';
import type { IdentityMatch } from '../signing/trusted-signer.ts';
import type { Witness } from '../signing/witness.ts';
import { publicSigstore } from './public-sigstore.ts';
import type { SigningPlace } from './trust.ts';

/** The URLs of the services that certify, log and timestamp signatures. */
export interface NamedServices {
  readonly fulcio?: string | undefined;
  readonly rekor?: string | undefined;
  readonly rekorVersion?: 1 | 2 | undefined;
  readonly tsa?: string | undefined;
  readonly trustedRoot?: string | undefined;
}

/** The services that a signer uses. */
export interface Services {
  readonly fulcio: Service;
  readonly witnesses: readonly Witness[];
}

/**
 * The clients of the named services. The public signing configuration has the present URLs of the public
 * services. With a trusted root of one's own, their usual URLs are used.
 */
export function servicesOf(place: SigningPlace, named: NamedServices): Services {
  const { fulcio = PUBLIC_SIGSTORE.fulcio, rekor, rekorVersion, tsa, trustedRoot } = named;
  const { io, http } = place;
  const at = (url: string): Service => ({ http, url, signal: io.signal });
  const published = trustedRoot === undefined ? publicPlace(place) : undefined;
  const log = () => {
    if (rekor === undefined) return [];
    if (published !== undefined && rekor === PUBLIC_SIGSTORE.rekor && rekorVersion !== 1)
      return [publicLog(published, { version: rekorVersion, isStamped: tsa !== undefined })];
    return [rekorVersion === 2 ? tilesWitness(at(rekor)) : rekorWitness(at(rekor))];
  };
  const stamp = () => {
    if (tsa === undefined) return [];
    const isPublic = published !== undefined && tsa === PUBLIC_SIGSTORE.tsa;
    return [isPublic ? publicStamp(published) : timestampWitness(at(tsa))];
  };
  return {
    fulcio:
      published !== undefined && fulcio === PUBLIC_SIGSTORE.fulcio ? publicFulcio(published) : at(fulcio),
    witnesses: [...log(), ...stamp()],
  };
}

/** Signs with keys that are certified for the identity that the environments file names. */
export function keylessSignerOf(
  place: SigningPlace,
  signing: Signing,
  by: Extract<SigningMethod, { readonly kind: 'keyless' }>,
  root: TrustedRoot,
): Signer {
  const services = servicesOf(place, { ...signing, fulcio: by.fulcio });
  return keylessSigner({ ...by, ...services, token: tokenOf(place, by.tokenFile), root });
}

/** The services for a person's own identity; absent: those of the public Sigstore. */
export interface OwnIdentity {
  readonly tokenFile?: string | undefined;
  readonly fulcio?: string | undefined;
  readonly rekor?: string | undefined;
  readonly tsa?: string | undefined;
}

/** Signs as the owner of the token, who must be one of the identities. */
export function identitySigner(
  place: SigningPlace,
  { tokenFile, fulcio, rekor, tsa, trustedRoot }: OwnIdentity & { readonly trustedRoot?: string | undefined },
  identities: readonly IdentityMatch[],
  root: TrustedRoot,
): Signer {
  // Without a named log, a private authority's certificates stay out of the public log.
  const log = rekor ?? (fulcio === undefined ? PUBLIC_SIGSTORE.rekor : undefined);
  const services = servicesOf(place, { fulcio, rekor: log, tsa, trustedRoot });
  return signerAsOneOf({ ...services, token: tokenOf(place, tokenFile), root }, identities);
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

function publicPlace({ io, http }: SigningPlace): PublicPlace {
  return {
    http,
    signal: io.signal,
    target: async name => await (await publicSigstore(io, http)).target(name),
    now: () => new Date(),
  };
}
