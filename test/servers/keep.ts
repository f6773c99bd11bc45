import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Repositories } from './registry-routes.ts';

/** Keeps a directory as it is now until the suite ends; answers what brings it back. */
export async function keep(directory: string): Promise<() => Promise<void>> {
  const kept = await mkdtemp(join(tmpdir(), 'promote-kept-'));
  afterAll(() => rm(kept, { recursive: true, force: true }));
  await cp(directory, kept, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return async () => {
    await rm(directory, { recursive: true, force: true });
    await cp(kept, directory, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  };
}

/** The same for what a registry in this process holds. */
export function keepRepositories(repositories: Repositories): () => void {
  const copy = (from: Repositories) =>
    [...from].map(([name, { blobs, manifests, tags }]) => {
      return [name, { blobs: new Map(blobs), manifests: new Map(manifests), tags: new Map(tags) }] as const;
    });
  const kept = new Map(copy(repositories));
  return () => {
    repositories.clear();
    for (const [name, repository] of copy(kept)) repositories.set(name, repository);
  };
}
