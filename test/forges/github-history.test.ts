import { describe, expect, it } from 'vitest';
import type { GitHubForge } from '../../src/forges/github/open.ts';
import type { GitHubServer } from '../servers/github.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

const isYaml = (path: string) => path.endsWith('.yaml');

describe('the history on GitHub', () => {
  async function headOf({ repository }: GitHubForge): Promise<string> {
    return (await repository.head('main'))?.commit ?? '';
  }

  /** Files come, change, become links and programs, and directories take the places of files; half is about others. */
  async function makeHistory(server: GitHubServer): Promise<void> {
    const changes = [
      { 'apps/api/production/values.yaml': 'one\n', 'apps/web.yaml': 'w\n' },
      { 'apps/api/production/values.yaml': 'two\n', 'deep/er/and/deeper/still/x.yaml': 'x\n' },
      { 'apps/web.yaml': { mode: '120000', content: 'api/production/values.yaml' } as const },
      { 'deep/er/and/deeper/still/x.yaml': { mode: '100755', content: 'x\n' } as const },
      { 'apps/web.yaml': 'again\n', 'apps/api/production/values.yaml': 'one\n' },
    ];
    for (let round = 0; round < 6; round += 1) {
      for (const [index, files] of changes.entries()) {
        await pushFiles(server, { ...files, 'rounds.yaml': `${round}\n` }, { message: `${round} ${index}` });
        await pushFiles(server, { 'notes.md': `${round} ${index}\n` });
      }
    }
  }

  it('is the same, compared many commits at a time or one by one where GitHub takes too long for that', async () => {
    const server = await useGitHub();
    await makeHistory(server);
    const read = async () => {
      const forge = openForge(server);
      const head = await headOf(forge);
      server.calls();
      const entries = await Array.fromAsync(forge.repository.history(head, isYaml));
      return { entries, calls: server.calls().length };
    };
    const together = await read();
    server.world.settings.slowObjects = true;
    const alone = await read();
    expect(together.entries).toEqual(alone.entries);
    expect(together.entries.map(({ message }) => message.trim())).toContain('3 2');
    expect([together.calls < 20, alone.calls > 60]).toEqual([true, true]);
  });

  it('ends where nothing older is sought, and asks that of a long one alone', async () => {
    const server = await useGitHub();
    for (let change = 0; change < 30; change += 1) await pushFiles(server, { 'a.yaml': `${change}\n` });
    const forge = openForge(server);
    const head = await headOf(forge);
    let asked = 0;
    const walk = async (days: number) => {
      const oldest = async () => {
        asked += 1;
        return new Date(Date.now() + days * 24 * 60 * 60 * 1000);
      };
      return (await Array.fromAsync(forge.repository.history(head, isYaml, { oldest }))).length;
    };
    expect([await walk(-1), asked]).toEqual([30, 1]);
    expect([await walk(1), asked]).toEqual([25, 2]);
  });
});

describe('files of GitHub without an archive', () => {
  it('are read many at a time, and alone where they are cut off, binary, or GitHub takes too long', async () => {
    const server = await useGitHub();
    const names = Array.from({ length: 8 }, (_, index) => `f${index}.yaml`);
    const long = 'long: '.padEnd(600_000, 'x');
    await pushFiles(server, Object.fromEntries(names.map(name => [name, `\ufeff${name}\r\n`])));
    await pushFiles(server, { 'long.yaml': long });
    for (const [isSlow, most] of [
      [false, 2],
      [true, 10],
    ] as const) {
      server.world.settings.slowObjects = isSlow;
      const { repository } = openForge(server);
      const files = (await repository.list((await repository.head('main'))?.commit ?? '')).filter(
        ({ path }) => isYaml(path),
      );
      server.calls();
      const texts = await repository.read(files.map(({ blob }) => blob));
      expect([...texts.values()]).toEqual([...names.map(name => `\ufeff${name}\r\n`), long]);
      expect(server.calls().length).toBeLessThanOrEqual(most + (isSlow ? 2 : 0));
    }
  });
});
