import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHistory } from '../../src/apply/history.ts';
import { readFiles } from '../../src/apply/read-pins.ts';
import type { Repository } from '../../src/forges/repository.ts';
import { pinValue } from '../../src/pins/value.ts';
import type { HistoryEvent } from '../../src/plan/history.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';
import { commitFiles, git, makeRepository, openCheckout } from '../forges/git-fixture.ts';
import { findProgram } from '../servers/tools.ts';

const QA = environment();
const ALL = environments(QA);

/** What somebody does next; a file is one of three, a version one of four, so that histories go back and forth. */
type Step =
  | { readonly kind: 'promote' | 'loosen'; readonly file: number; readonly version: number }
  | { readonly kind: 'delete' | 'comment' | 'break'; readonly file: number }
  | { readonly kind: 'revert' | 'source' }
  | { readonly kind: 'merge' | 'squash'; readonly file: number; readonly version: number };

const file = fc.nat(2);
const version = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('promote', 'loosen'), file, version }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('merge', 'squash'), file, version }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('revert', 'source') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('delete', 'comment', 'break'), file }) },
);

describe.each([
  ['git', findProgram('git')],
  ['no git', undefined],
])('history with %s', (_, executable) => {
  it('replayed from the first commit gives the pins at the head, whatever was done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 9 }), async steps => {
        const directory = await makeRepository({ 'README.md': 'shop\n' });
        for (const [index, next] of steps.entries()) await take(directory, next, index);
        const repository = await openCheckout(directory, executable);
        const commit = await git(directory, 'rev-parse', 'HEAD');
        const events = await readHistory(ALL, QA, { repository, head: { branch: 'main', commit } });
        expect(replay(events)).toEqual(await pinsAt(repository, commit));
      }),
      { numRuns: 12 },
    );
  });
});

async function take(directory: string, next: Step, index: number): Promise<void> {
  switch (next.kind) {
    case 'promote':
      return await write(directory, next.file, values(next.file, pinned(next.version)), index);
    case 'loosen':
      return await write(directory, next.file, values(next.file, `${next.version}.0.0`), index);
    case 'comment':
      return await write(directory, next.file, `${values(next.file, pinned(0))}# ${index}\n`, index);
    case 'break':
      return await write(directory, next.file, 'image: [repository\n', index);
    case 'source':
      return void (await commitFiles(directory, { 'dev/api.yaml': values(0, pinned(index % 4)) }, 'source'));
    case 'delete':
      await git(directory, 'rm', '--quiet', '--ignore-unmatch', path(next.file));
      return void (await git(directory, 'commit', '--quiet', '--allow-empty', '--message=Delete'));
    case 'revert':
      // The first commit, and a merge, cannot be reverted like this: then nothing happens.
      return void (await git(directory, 'revert', '--no-edit', 'HEAD').catch(() => abortRevert(directory)));
    case 'merge':
    case 'squash':
      return await mergeBranch(directory, next, index);
  }
}

async function mergeBranch(
  directory: string,
  { kind, file: number, version: to }: Extract<Step, { kind: 'merge' | 'squash' }>,
  index: number,
): Promise<void> {
  await git(directory, 'checkout', '--quiet', '-b', `branch-${index}`);
  await write(directory, number, values(number, pinned((to + 1) % 4)), index);
  await write(directory, number, values(number, pinned(to)), index);
  await git(directory, 'checkout', '--quiet', 'main');
  await git(directory, 'merge', '--quiet', kind === 'merge' ? '--no-ff' : '--squash', `branch-${index}`);
  await git(directory, 'commit', '--quiet', '--allow-empty', '--message=Merged');
}

async function write(directory: string, number: number, text: string, index: number): Promise<void> {
  await commitFiles(
    directory,
    { [path(number)]: text, 'count.txt': `${index} ${text.length}\n` },
    `Step ${index}`,
  );
}

async function abortRevert(directory: string): Promise<void> {
  await git(directory, 'revert', '--abort').catch(() => undefined);
}

function replay(events: readonly HistoryEvent[]): ReadonlyMap<string, string> {
  const pins = new Map<string, string>();
  for (const { images } of events.toReversed()) {
    for (const { file: at, locator, before, after } of images.flatMap(({ moves }) => moves)) {
      expect(pins.get(`${at} ${locator}`)).toBe(before?.value);
      if (after === undefined) pins.delete(`${at} ${locator}`);
      else pins.set(`${at} ${locator}`, after.value);
    }
  }
  return pins;
}

async function pinsAt(repository: Repository, commit: string): Promise<ReadonlyMap<string, string>> {
  const texts = await readFiles(repository, commit, name => name.startsWith('qa/'));
  const readable = new Map([...texts].filter(([, text]) => !text.startsWith('image: [')));
  return new Map(imagePins(ALL, readable).map(({ pin }) => [`${pin.file} ${pin.locator}`, pinValue(pin)]));
}

function path(number: number): string {
  return `qa/app-${number}.yaml`;
}

function pinned(number: number): string {
  return `${number}.0.0@${digestNamed(String(number))}`;
}

function values(number: number, tag: string): string {
  const extra = number === 2 ? `web:\n  image: registry.example/qa/web:${tag}\n` : '';
  return `image:\n  repository: registry.example/qa/api\n  tag: "${tag}"\n${extra}`;
}
