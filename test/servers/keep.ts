import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

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
