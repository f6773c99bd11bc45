import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import type { Repository } from '../../src/git/repository.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { Candidate } from '../../src/plan/candidates.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { findPinnedBefore } from '../../src/run/pinned-before.ts';
import { candidate, environment } from '../fixtures/candidates.ts';

const NOW = new Date('2026-11-21T09:00:00Z');
const BUILT = parseRepositoryName('oci:build');

/** How far back the history is asked for, where images say that they were built at these times. */
async function boundOf(...times: readonly (string | undefined)[]): Promise<Date | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-pinned-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const store = openLayout(directory);
  const candidates: Candidate[] = [];
  for (const [index, created] of times.entries()) {
    const platforms = [{ os: 'linux', architecture: 'amd64' }];
    const built = buildImage({ platforms, layers: [`${index}`], ...(created && { created }) });
    await pushImage(store(BUILT), built);
    const { digest } = built.index.descriptor;
    const { source } = candidate('api');
    candidates.push(candidate('api', { digest, source: { ...source, repository: BUILT, digest } }));
  }
  let bound: Date | undefined;
  const repository: Repository = {
    name: 'gitops',
    head: async () => undefined,
    list: async () => [],
    tree: async () => new Map(),
    read: async () => new Map(),
    async *history(_commit, _matches, bounds) {
      bound = await bounds?.oldest?.();
      yield* [];
    },
    commit: async () => ({ kind: 'moved', actual: undefined }),
  };
  const head = { branch: 'main', commit: '1'.repeat(40) };
  const environments = { images: [], environments: [] };
  const files = {
    environments,
    repository,
    head,
    texts: new Map(),
    pins: [],
    mentions: [],
    unreadable: [],
    special: [],
    holds: undefined,
  };
  expect(await findPinnedBefore({ store, now: () => NOW }, files, environment(), candidates)).toEqual(
    new Set(),
  );
  return bound;
}

it('looks for earlier pins as far back as the oldest of the images is old, and a day more', async () => {
  expect(await boundOf('2026-11-20T08:00:00Z')).toEqual(new Date('2026-11-19T08:00:00Z'));
  expect(await boundOf('2026-11-20T08:00:00Z', '2026-10-02T08:00:00Z')).toEqual(
    new Date('2026-10-01T08:00:00Z'),
  );
});

it('looks through all of the history where one does not say when it was built, or names a time to come', async () => {
  expect(await boundOf('2026-11-20T08:00:00Z', '2026-11-21T09:00:01Z')).toBeUndefined();
  expect(await boundOf('2026-11-20T08:00:00Z', undefined)).toBeUndefined();
  expect(await boundOf('1980-01-01T00:00:00Z')).toBeUndefined();
});
