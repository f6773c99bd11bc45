import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFiles } from '../../src/git/read-files.ts';
import type { Repository } from '../../src/git/repository.ts';
import { pinValue } from '../../src/pins/value.ts';
import type { HistoryEvent } from '../../src/plan/history.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import { readHistory } from '../../src/run/history/history.ts';
import { environment, environments } from '../fixtures/candidates.ts';
import { mirrorOnGitHub, openForge, useGitHub } from '../forges/github-fixture.ts';
import { commitFiles, GIT, git, makeBare, makeRepository, open, openCheckout } from '../git/fixture.ts';
import { describeWith } from '../servers/tools.ts';
import { BROKEN, step, take } from './git-steps.ts';

const QA = environment();
const ALL = environments(QA);

/** Where the history of a working copy is read, and the commit that its head is there. */
interface Place {
  readonly repository: Repository;
  readonly commit: string;
}

type Open = (directory: string) => Promise<Place>;

/** One history is made once and read in each of these places: to make it takes longest. */
const ON_DISK: readonly Open[] = [
  async directory => await at(directory, await openCheckout(directory, GIT)),
  async directory => await at(directory, await openCheckout(directory, undefined)),
  async directory => await at(directory, await openBare(directory)),
];

describeWith(['git'], 'the history', () => {
  it.each<[string, number, readonly Open[]]>([
    ['a checkout with and without git, and of a bare remote', 12, ON_DISK],
    ['GitHub', 3, [openOnGitHub]],
  ])(
    'of %s, replayed from the first commit, gives the pins at the head, whatever was done',
    async (_, numRuns, places) => {
      const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 9 }), async steps => {
        const directory = await makeRepository({ 'README.md': 'shop\n' });
        // What is reverted first, since GitHub has no empty trees.
        await commitFiles(directory, { 'docs.md': 'docs\n' }, 'Docs');
        for (const [index, next] of steps.entries()) await take(directory, next, index);
        for (const place of places) {
          const { repository, commit } = await place(directory);
          const events = await readHistory(ALL, QA, { repository, head: { branch: 'main', commit } });
          expect(replay(events)).toEqual(await pinsAt(repository, commit));
        }
      });
      await fc.assert(property, { numRuns });
    },
  );
});

async function at(directory: string, repository: Repository): Promise<Place> {
  return { repository, commit: await git(directory, 'rev-parse', 'HEAD') };
}

async function openBare(directory: string): Promise<Repository> {
  const { bare } = await makeBare(directory);
  return await open({ kind: 'remote', url: `file://${bare}` }, GIT);
}

async function openOnGitHub(directory: string): Promise<Place> {
  const server = await useGitHub();
  const commit = await mirrorOnGitHub(server, directory);
  return { repository: openForge(server).repository, commit };
}

function replay(events: readonly HistoryEvent[]): ReadonlyMap<string, string> {
  const pins = new Map<string, string>();
  for (const { images } of events.toReversed()) {
    for (const { file, locator, before, after } of images.flatMap(({ moves }) => moves)) {
      expect(pins.get(`${file} ${locator}`)).toBe(before?.value);
      if (after === undefined) pins.delete(`${file} ${locator}`);
      else pins.set(`${file} ${locator}`, after.value);
    }
  }
  return pins;
}

async function pinsAt(repository: Repository, commit: string): Promise<ReadonlyMap<string, string>> {
  const texts = await readFiles(repository, commit, name => name.startsWith('qa/'));
  const readable = new Map([...texts].filter(([, text]) => text !== BROKEN));
  return new Map(
    imagePins(ALL, QA, readable).map(({ pin }) => [`${pin.file} ${pin.locator}`, pinValue(pin)]),
  );
}
