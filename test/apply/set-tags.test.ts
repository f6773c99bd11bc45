import { expect, it } from 'vitest';
import type { Arrival } from '../../src/apply/attest.ts';
import { setTags } from '../../src/apply/promote.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { Store } from '../../src/registry/store.ts';
import { candidate } from '../fixtures/candidates.ts';

const REPOSITORY = parseRepositoryName('registry.example/qa/api');
const OURS = candidate('api').digest;
const THEIRS = digestOf('theirs');
const STAYS = { name: '1.0.0', moves: false };
const MOVES = { name: '1.0', moves: true };

it('sets a free tag, and says so only once it names the digest', async () => {
  const { run, seen } = place([STAYS], [undefined, OURS]);
  expect(await run()).toBe(true);
  expect(seen).toEqual(['head 1.0.0', 'put 1.0.0', 'head 1.0.0', `log tagged ${REPOSITORY}:1.0.0`]);
});

it('writes nothing and says nothing where the tag names the digest already', async () => {
  const { run, seen } = place([STAYS, MOVES], [OURS, OURS]);
  expect(await run()).toBe(false);
  expect(seen).toEqual(['head 1.0.0', 'head 1.0']);
});

it('takes a tag that moves from another digest', async () => {
  const { run, seen } = place([MOVES], [THEIRS, OURS]);
  await run();
  expect(seen).toContain('put 1.0');
});

it('never takes a tag that does not move from another digest', async () => {
  const { run, seen } = place([STAYS], [THEIRS, OURS]);
  await expect(run()).rejects.toMatchObject({ code: 'TAG_MOVED' });
  expect(seen).toEqual(['head 1.0.0']);
});

it.each([
  ['another digest', STAYS, THEIRS],
  ['nothing', STAYS, undefined],
  ['another digest, though it moves', MOVES, THEIRS],
])('fails where the tag names %s when it is read back', async (_, tag, after) => {
  const { run, seen } = place([tag], [undefined, after]);
  await expect(run()).rejects.toMatchObject({ code: 'TAG_MOVED' });
  expect(seen.filter(line => line.startsWith('log'))).toEqual([]);
});

/** A target whose tags name these digests, one a look; `seen` lists what was asked of it and logged. */
function place(tags: Arrival['target']['tags'], looks: readonly (Digest | undefined)[]) {
  const seen: string[] = [];
  const left = [...looks];
  const store: Pick<Store, 'head' | 'putManifest'> = {
    head: async target => {
      seen.push(`head ${target}`);
      const digest = left.shift();
      return digest && { mediaType: 'application/json', digest, size: 2 };
    },
    putManifest: async (_, tag) => void seen.push(`put ${tag}`),
  };
  const descriptor = { mediaType: 'application/json', digest: OURS, size: 2 };
  const arrival: Arrival = {
    candidate: candidate('api'),
    target: { repository: REPOSITORY, tags },
    content: { descriptor, bytes: Buffer.from('{}') },
    copy: { descriptor, changed: true, evidence: 0 },
  };
  const effects = { store: () => store as Store, log: (line: string) => void seen.push(`log ${line}`) };
  return { seen, run: async () => await setTags(effects, arrival) };
}
