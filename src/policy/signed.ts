import canonicalize from 'canonicalize';
import type { Environment, Environments, Signing } from '../environments/environments.ts';
import { pullRepository, pushRepository } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { isLayout } from '../oci/reference.ts';
import { keyId } from '../signing/public-key.ts';
import type { TrustedSigner } from '../signing/trusted-signer.ts';

/** A repository of an environment. Clusters name it by `pull`, and records by `push`. */
export interface SignedRepository {
  readonly image: string;
  readonly push: RepositoryName;
  readonly pull: RepositoryName;
}

/** The repositories and signers of an environment. */
export interface Signed {
  readonly environment: string;
  readonly repositories: readonly SignedRepository[];
  readonly signers: readonly TrustedSigner[];
  readonly signing: Signing;
  /** Other environments that share one of its signers. */
  readonly shared: readonly string[];
}

/**
 * The repositories and signers of the environment; throws `CONFIGURATION` if nothing is signed for it.
 * `known`: the signers of other environments by name, because one key may have two names.
 */
export function signedFor(
  { environments, images }: Environments,
  environment: Environment,
  signers: readonly TrustedSigner[],
  known: ReadonlyMap<string, readonly TrustedSigner[]> = new Map(),
): Signed {
  const { name, signing, registries } = environment;
  if (signing === undefined) throw unsigned(environment);
  const repositories = images.flatMap(image =>
    registries.map(registry => ({
      image: image.name,
      push: pushRepository(registry, image),
      pull: pullRepository(registry, image),
    })),
  );
  const own = sourcesOf(signing);
  const ids = keyIds(signers);
  const shared = environments.filter(
    other =>
      other.name !== name &&
      other.signing &&
      (sourcesOf(other.signing).some(key => own.includes(key)) ||
        keyIds(known.get(other.name) ?? []).some(id => ids.includes(id))),
  );
  return {
    environment: name,
    repositories: repositories.filter(({ pull }) => !isLayout(pull)),
    signers,
    signing,
    shared: shared.map(other => other.name),
  };
}

/** The error for an environment without signatures. */
export function unsigned({ name }: Environment): PromoteError {
  return new PromoteError('CONFIGURATION', `nothing is signed for ${name}, so no policy can ask for it`, {
    hint: 'name a key under signing, or else keyless',
  });
}

function keyIds(signers: readonly TrustedSigner[]): readonly Digest[] {
  return signers.flatMap(signer => (signer.kind === 'key' ? [keyId(signer.key)] : []));
}

function sourcesOf({ by, trusted }: Signing): readonly string[] {
  const own =
    by.kind === 'key' ? { key: by.publicKey ?? by.key } : { identity: by.identity, issuer: by.issuer };
  const others = trusted.map(source =>
    source.kind === 'key'
      ? { key: source.key }
      : { identity: nameText(source.identity), issuer: nameText(source.issuer) },
  );
  return [own, ...others].map(source => canonicalize(source) ?? '');
}

function nameText(match: { readonly kind: string; readonly text?: string; readonly pattern?: string }) {
  return match.kind === 'exact' ? match.text : { pattern: match.pattern };
}
