import type { Signing, SigningMethod } from '../environments/environments.ts';
import type { OurSigning } from '../run/effects.ts';
import { loadPrivateKey } from '../signing/private-key.ts';
import { keySigner, type Signer, type SigningKey } from '../signing/signer.ts';
import type { TrustedRoot } from '../signing/trust.ts';
import type { Requirement, TrustedSigner } from '../signing/trusted-signer.ts';
import { inService } from './named-key.ts';
import { readKeyText } from './read-named.ts';
import { loadTrustedSigner, type SigningPlace, trustedRootOf } from './trust.ts';

/** Loads our signers as the environments file names them. A private key is opened once, when needed. */
export async function loadSigning(place: SigningPlace, signing: Signing): Promise<OurSigning> {
  const root = trustedRootOf(place, signing.trustedRoot);
  let opened: Promise<Signer> | undefined;
  const signer = () => {
    opened ??= openSigner(place, signing, root);
    return opened;
  };
  const requires = { log: signing.rekor !== undefined, timestamp: signing.tsa !== undefined };
  // A key's signatures from before they needed a log or timestamp still count as ours.
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

async function openSigner(place: SigningPlace, signing: Signing, root: TrustedRoot): Promise<Signer> {
  const { by, rekor, tsa } = signing;
  const isWitnessed = rekor !== undefined || tsa !== undefined;
  if (by.kind === 'key' && !isWitnessed) return keySigner(await loadSigningKey(place, by.key));
  // The clients of Sigstore's services are loaded only here.
  const { keylessSignerOf, servicesOf } = await import('./sigstore-signer.ts');
  if (by.kind === 'keyless') return keylessSignerOf(place, signing, by, root);
  const { witnesses } = servicesOf(place, signing);
  return keySigner(await loadSigningKey(place, by.key), { witnesses, root });
}

/** If the public key is named, our signatures can be recognised without the private key. */
async function ownSigners(
  place: SigningPlace,
  by: SigningMethod,
  signer: () => Promise<Signer>,
  requires: Requirement,
): Promise<readonly TrustedSigner[]> {
  if (by.kind === 'keyless' || by.publicKey === undefined) return (await signer()).trust.signers;
  return [await loadTrustedSigner(place, { kind: 'key', key: by.publicKey }, requires)];
}
