import type { Environment } from '../environments/environments.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { isLayout, type RepositoryName, registryOf } from '../oci/reference.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import { readClosure } from '../registry/closure.ts';
import type { Effects } from './effects.ts';

/** Looking for evidence on both sides, reading back; and a tag: look, read, write, read back. */
const LOOKS = 6;
const PER_TAG = 4;
/** Signature and record: two blobs, two manifests, the shared config, the referrers list of older registries. */
const SIGNING = 14;

/**
 * Predicts the requests to each registry that `apply` would make for the candidates, evidence of their own left out.
 * Image layouts cost none. Reads each source's manifests.
 */
export async function estimateCost(
  effects: Effects,
  environment: Environment,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, number>> {
  const cost = new Map<string, number>();
  const add = (repository: RepositoryName, requests: number) => {
    const registry = registryOf(repository);
    if (!isLayout(repository)) cost.set(registry, (cost.get(registry) ?? 0) + requests);
  };
  for (const { source, digest, targets } of candidates) {
    for (const target of targets) {
      const after = LOOKS + PER_TAG * target.tags.length + (environment.signing === undefined ? 0 : SIGNING);
      add(target.repository, after);
      if (source.repository === target.repository) continue;
      const { manifests, blobs } = await countParts(effects, source.repository, digest);
      const near = registryOf(source.repository) === registryOf(target.repository);
      add(source.repository, near ? manifests : manifests + blobs);
      add(target.repository, manifests + (near ? blobs : 2 * blobs));
    }
  }
  return cost;
}

async function countParts({ store }: Effects, repository: Target['repository'], digest: Digest) {
  const { manifests } = await readClosure(store(repository), digest);
  const blobs = manifests.flatMap(content => {
    const manifest = parseManifest(content);
    return manifest.kind === 'image' ? [manifest.config, ...manifest.layers].map(blob => blob.digest) : [];
  });
  return { manifests: manifests.length, blobs: new Set(blobs).size };
}
