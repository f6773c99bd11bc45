import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readUndone } from '../../src/apply/rollback/prepare-rollback.ts';
import { readHistory } from '../../src/run/history/history.ts';
import { HISTORY_LIMIT } from '../../src/run/read-pins.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';
import { git, makeRepository, openCheckout, temporaryDirectory } from '../git/fixture.ts';
import { describeWith, findProgram, runProgram } from '../servers/tools.ts';

const QA = environment();
const ALL = environments(QA);
const COMMITS = HISTORY_LIMIT + 200;

describeWith(['git'], 'what a rollback undoes', () => {
  it('is found however far back a commit, a time or a version is', async () => {
    const { undo, commit } = await createLongHistory();
    const oldest = await commit(1);
    for (const text of [oldest, oldest.slice(0, 12).toUpperCase(), '2001-01-01T00:01:30Z', '1.0.0']) {
      expect(await undo(text)).toBe(COMMITS - 1);
    }
  });

  it('is found at a commit that changed no pin, and refused at one before them all', async () => {
    const { undo, commit } = await createLongHistory();
    expect(await undo((await commit(COMMITS + 1)).slice(0, 10))).toBe(0);
    expect(await undo(await commit(COMMITS - 1))).toBe(1);
    await expect(undo(await commit(0))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(undo('deadbeef')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

/** A commit without pins, `COMMITS` that each pin another version of one image, and one of something else. */
async function createLongHistory() {
  const directory = await makeRepository({ 'README.md': 'shop\n' });
  const script = `${await temporaryDirectory()}/history`;
  const changes = Array.from({ length: COMMITS }, (_, index) =>
    commitOf(index + 1, 'qa/api.yaml', values(index + 1)),
  );
  await writeFile(script, [...changes, commitOf(COMMITS + 1, 'README.md', 'the shop\n')].join(''));
  await runProgram('sh', ['-c', `git -C "${directory}" fast-import --quiet --force < "${script}"`]);
  const repository = await openCheckout(directory, findProgram('git'));
  const head = { branch: 'main', commit: await git(directory, 'rev-parse', 'main') };
  return {
    commit: async (index: number) => await git(directory, 'rev-parse', `main~${COMMITS + 1 - index}`),
    /** How many changes are undone to go back to the text. */
    undo: async (text: string) => {
      const read = async (limit: number | undefined) =>
        await readHistory(ALL, QA, { repository, head }, { limit });
      const { changes: found } = await readUndone(
        { repository, head },
        { kind: 'to', text },
        new Map(),
        read,
      );
      return found.moves.length;
    },
  };
}

/** 2001-01-01 and a minute for each. */
function commitOf(index: number, path: string, text: string): string {
  const from = index === 1 ? 'from refs/heads/main^0\n' : '';
  return `commit refs/heads/main
committer Ann <ann@example.com> ${978_307_200 + index * 60} +0000
data 1
x
${from}M 100644 inline ${path}
data ${text.length}
${text}
`;
}

function values(version: number): string {
  const tag = `${version}.0.0@${digestNamed(String(version))}`;
  return `image:\n  repository: registry.example/qa/api\n  tag: "${tag}"\n`;
}
