import type { Environment } from '../environments/environments.ts';
import type { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { isLayout, type RepositoryName, registryOf } from '../oci/reference.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import { readClosure } from '../registry/closure.ts';
import type { Cost } from '../reports/plan.ts';
import { readFor } from './contain.ts';
import type { Effects } from './effects.ts';

/** Looking for evidence on both sides, reading back; and a tag: look, read, write, read back. */
const LOOKS = 6;
const PER_TAG = 4;
/** Signature and record: two blobs, two manifests, the shared config, the referrers list of older registries. */
const SIGNING = 14;

/**
 * Predicts the requests to each registry that `apply` would make for the candidates, evidence of their own left out.
 * Image layouts cost none. Reads each source's manifests; one that cannot be read is told, and is no failure.
 */
export async function estimateCost(
  effects: Effects,
  environment: Environment,
  candidates: readonly Candidate[],
): Promise<Cost> {
  const requests = new Map<string, number>();
  const unknown = new Map<string, PromoteError>();
  const add = (repository: RepositoryName, count: number) => {
    const registry = registryOf(repository);
    if (!isLayout(repository)) requests.set(registry, (requests.get(registry) ?? 0) + count);
  };
  for (const { image, source, digest, targets } of candidates) {
    const isCopied = targets.some(({ repository }) => repository !== source.repository);
    const parts = isCopied
      ? await readFor(unknown, image, async () => countParts(effects, source.repository, digest))
      : NO_PARTS;
    if (parts === undefined) continue;
    const { manifests, blobs } = parts;
    for (const target of targets) {
      const after = LOOKS + PER_TAG * target.tags.length + (environment.signing === undefined ? 0 : SIGNING);
      add(target.repository, after);
      if (source.repository === target.repository) continue;
      const near = registryOf(source.repository) === registryOf(target.repository);
      add(source.repository, near ? manifests : manifests + blobs);
      add(target.repository, manifests + (near ? blobs : 2 * blobs));
    }
  }
  return { requests, unknown };
}

const NO_PARTS = { manifests: 0, blobs: 0 };

async function countParts({ store }: Effects, repository: Target['repository'], digest: Digest) {
  const { manifests } = await readClosure(store(repository), digest);
  const blobs = manifests.flatMap(content => {
    const manifest = parseManifest(content);
    return manifest.kind === 'image' ? [manifest.config, ...manifest.layers].map(blob => blob.digest) : [];
  });
  return { manifests: manifests.length, blobs: new Set(blobs).size };
}
