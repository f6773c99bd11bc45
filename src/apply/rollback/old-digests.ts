import type { Environment, Environments } from '../../environments/environments.ts';
import { imageNamed, pushRepository, registryForFile } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import { decides } from '../../plan/pin-target.ts';
import type { ReturningPin } from '../../plan/rollback.ts';
import type { Effects } from '../effects.ts';

/** The pins with the digests they held, or that the tags they held name at the environment's registry now. */
export async function withDigests(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  returning: readonly ReturningPin[],
): Promise<readonly (ReturningPin & { readonly digest: Digest })[]> {
  const dated = await Promise.all(
    returning
      .filter(({ to }) => decides(to))
      .map(async pin => {
        const { image, file, to } = pin;
        if (to.digest !== undefined) return { ...pin, digest: to.digest };
        const registry = registryForFile(environment, file);
        const repository = registry && pushRepository(registry, imageNamed(environments, image));
        const found = repository && to.tag && (await effects.store(repository).head(to.tag));
        if (!found) throw neverPinned(pin);
        effects.log(`${image}: ${file} named no digest; ${to.tag} is ${shortDigest(found.digest)} now`);
        return { ...pin, digest: found.digest };
      }),
  );
  // A version says only how the image is called that the pins beside it name.
  const beside = returning.flatMap(pin => {
    const deciding = decides(pin.to) ? undefined : dated.find(({ image }) => image === pin.image);
    return deciding === undefined ? [] : [{ ...pin, digest: deciding.digest }];
  });
  return [...dated, ...beside];
}

function neverPinned({ image, file, to }: ReturningPin): PromoteError {
  return new PromoteError(
    'NOT_FOUND',
    `roll ${image} back to ${to.value || 'nothing'}: ${file} named no digest, and the registry has no such tag`,
    { hint: 'go back to what was pinned by digest, with --to' },
  );
}
