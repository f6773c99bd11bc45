import type { KeyObject } from 'node:crypto';
import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { TrustedSource } from '../environments/trusted-source.ts';
import type { Http } from '../http/http.ts';
import { loadPublicKey } from '../signing/public-key.ts';
import type { Trust, TrustedRoot } from '../signing/trust.ts';
import {
  type Requirement,
  type TrustedSigner,
  trustedIdentity,
  trustedKey,
} from '../signing/trusted-signer.ts';
import type { Io } from './io.ts';
import { inService } from './named-key.ts';
import { publicSigstore } from './public-sigstore.ts';
import { type ReadNamed, readKeyText } from './read-named.ts';

/** What is needed to sign and verify: a reader of files, and a client for Sigstore's services. */
export interface SigningPlace {
  readonly io: Io;
  readonly http: Http;
  readonly read: ReadNamed;
}

/** Loads the trust in an accepted signer, as an environments file or a command line names it. */
export async function loadTrust(
  place: SigningPlace,
  {
    signer,
    trustedRoot,
    witness,
    annotations,
  }: Pick<AcceptedSigner, 'signer' | 'trustedRoot' | 'witness' | 'annotations'>,
): Promise<Trust> {
  const requires = witness && { log: witness !== 'timestamp', timestamp: witness !== 'log' };
  const signers = [await loadTrustedSigner(place, signer, requires)];
  return { signers, root: trustedRootOf(place, trustedRoot), annotations };
}

/** Opens a trusted signer. Without a requirement, the default of its kind applies. */
export async function loadTrustedSigner(
  place: SigningPlace,
  source: TrustedSource,
  requires?: Requirement,
): Promise<TrustedSigner> {
  switch (source.kind) {
    case 'key':
      return trustedKey(await readPublicKey(place, source.key), requires);
    case 'certificate':
      return trustedIdentity(source, requires);
  }
}

/** Reads a public key by its path, `env://NAME`, or the URI of a key service. Throws `KEY` or `NOT_FOUND`. */
export async function readPublicKey(place: SigningPlace, key: string): Promise<KeyObject> {
  const reference = inService(key);
  if (reference === undefined) return loadPublicKey(await readKeyText(place.io, key, place.read));
  const { readServiceKey } = await import('./key-service.ts');
  return await readServiceKey(place, reference);
}

/** The trusted root in a file, or the public one in the user's cache. It is loaded once, when needed. */
export function trustedRootOf({ io, http, read }: SigningPlace, path: string | undefined): TrustedRoot {
  let loaded: ReturnType<TrustedRoot> | undefined;
  const load = async () => {
    if (path !== undefined) {
      // The libraries behind it are loaded only here.
      const { parseTrustedRoot } = await import('../signing/trusted-root.ts');
      return parseTrustedRoot(await read(path));
    }
    return await (await publicSigstore(io, http)).root();
  };
  return async () => {
    loaded ??= load();
    return await loaded;
  };
}
