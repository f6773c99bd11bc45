import { expect, it } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import { moveOrGoOn } from '../../src/git/move-on.ts';

const PATTERN = 'GitLab: Commit message does not follow the pattern';

it.each([
  ['GitLab: You are not allowed to force push code to a protected branch on this project.', PATTERN],
  ['Cannot force-push to this branch', PATTERN],
  ['[remote rejected] (non-fast-forward)', PATTERN],
  ['Commit must be signed with a GPG key', 'Commit must be signed with a GPG key'],
])('says what refuses the commit itself: %s', async (first, said) => {
  const asked: (string | undefined)[] = [];
  const refused = moveOrGoOn({ expected: 'old', parent: 'base' }, async second => {
    asked.push(second);
    throw new PromoteError('FORBIDDEN', second === undefined ? first : PATTERN);
  });
  await expect(refused).rejects.toMatchObject({ message: said });
  expect(asked).toEqual([undefined, 'old']);
});
