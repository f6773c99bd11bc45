import { expect, it } from 'vitest';
import { checkPinnedTags } from '../../src/commands/doctor/check-tags.ts';
import { PromoteError } from '../../src/errors.ts';
import { findPins } from '../../src/pins/find.ts';
import type { Effects } from '../../src/run/effects.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const [one, two] = [digestNamed('one'), digestNamed('two')];
const REFERENCE = 'registry.example/qa/api';

/** What is found where a file of `qa` pins `written`, and the registry answers with the tags. */
async function found(written: string, tags: Readonly<Record<string, string>>, changes = {}) {
  const asked: string[] = [];
  const store = (repository: string) => ({
    head: async (tag: string) => {
      asked.push(`${repository}:${tag}`);
      if (tags[tag] === 'down') throw new PromoteError('UNREACHABLE', 'down');
      return tags[tag] === undefined ? undefined : { digest: tags[tag] };
    },
  });
  const pins = findPins('qa/api.yaml', `image: ${written}\n`).map(pin => ({ image: 'api', pin }));
  const findings = await checkPinnedTags(
    { store: store as unknown as Effects['store'] },
    environments(environment(changes)),
    new Map([['qa', pins]]),
  );
  return { asked, messages: findings.map(({ severity, message }) => `${severity} ${message}`) };
}

it('tells a tag that no longer names the digest beside it', async () => {
  const { messages } = await found(`${REFERENCE}:1.0.0@${one}`, { '1.0.0': two });
  expect(messages).toEqual([
    expect.stringMatching(/^warning qa\/api\.yaml:1: 1\.0\.0 is pinned as .* and names /),
  ]);
});

it('counts the tags that a registry does not answer for as not checked', async () => {
  const { messages } = await found(`${REFERENCE}:1.0.0@${one}`, { '1.0.0': 'down' });
  expect(messages).toEqual(['note not checked: 1 pinned tag against the registry']);
});

it.each([
  ['a tag that names its digest', `${REFERENCE}:1.0.0@${one}`, { '1.0.0': one }, {}, 1],
  ['a tag that is absent', `${REFERENCE}:1.0.0@${one}`, {}, {}, 1],
  ['a tag without a digest', `${REFERENCE}:1.0.0`, { '1.0.0': two }, {}, 0],
  [
    'a tag that moves',
    `${REFERENCE}:latest@${one}`,
    { latest: two },
    { tags: [{ name: 'latest', moves: true }] },
    0,
  ],
])('says nothing of %s', async (_, written, tags, changes, requests) => {
  const { asked, messages } = await found(written, tags as Record<string, string>, changes);
  expect(messages).toEqual([]);
  expect(asked).toHaveLength(requests);
});
