import type { Environment, Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import { readPins } from './read-pins.ts';
import { findSources } from './sources.ts';

/** The digest of the image that is on its way into the environment: pinned before it, and not in it. */
export async function digestOnItsWay(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  image: string,
  request: PromotionRequest,
): Promise<Digest> {
  const failures = new Map<string, PromoteError>();
  const asked = { ...request, images: new Map([[image, undefined]]) };
  const [sources, { pins }] = await Promise.all([
    findSources(effects, environments, environment, asked, failures),
    readPins(effects, environments, environment),
  ]);
  for (const failure of failures.values()) throw failure;
  const pinned = new Set(pins.filter(pin => pin.image === image).map(({ pin }) => pin.digest));
  const coming = sources.flatMap(({ digest }) => (digest === undefined || pinned.has(digest) ? [] : digest));
  const [digest, ...others] = new Set(coming);
  if (digest !== undefined && others.length === 0) return digest;
  const found = digest === undefined ? 'no digest' : 'more than one digest';
  throw new PromoteError('USAGE', `hold ${image}: ${found} is on its way into ${environment.name}`, {
    hint: 'name what to hold with --digest sha256:…, or hold every one with --all',
  });
}
