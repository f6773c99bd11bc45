import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assertCommenter } from '../../src/cli/commenter.ts';
import type { OpenedForge } from '../../src/forges/forge.ts';
import { temporaryDirectory } from '../git/fixture.ts';

const ALICE = { id: 1, login: 'alice' };
const MALLORY = { id: 2, login: 'mallory' };

it.each<[string, object, boolean]>([
  ['who may write', { sender: ALICE, comment: { user: ALICE } }, true],
  ['who may only read', { sender: MALLORY, comment: { user: MALLORY } }, false],
  ['who may write, on the words of one who may not', { sender: ALICE, comment: { user: MALLORY } }, false],
  ['who may not write, on the words of one who may', { sender: MALLORY, comment: { user: ALICE } }, false],
])('a comment starts a run of one %s', async (_, event, may) => {
  const path = join(await temporaryDirectory(), 'event.json');
  await writeFile(path, JSON.stringify(event));
  const env = { GITHUB_EVENT_NAME: 'issue_comment', GITHUB_EVENT_PATH: path };
  const own: Pick<OpenedForge, 'mayWrite'> = {
    mayWrite: async ({ id, name }) => id === '1' && name === 'alice',
  };
  const asked = assertCommenter({ env }, async () => own);
  await (may
    ? expect(asked).resolves.toBeUndefined()
    : expect(asked).rejects.toMatchObject({ code: 'FORBIDDEN' }));
  await expect(assertCommenter({ env }, async () => undefined)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
