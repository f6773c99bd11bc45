import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeBoard } from '../../src/cli/board/make.ts';

const FILES = new Map([['index.html', '<!doctype html>']]);

describe('the directory of the board', () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'promote-board-'));
  });
  afterEach(async () => await rm(cwd, { recursive: true }));

  it('is made with those above it, and used where it is there', async () => {
    for (const out of ['site/deep/er', 'site/deep/er', 'site/deep', '.']) {
      await writeBoard({ cwd }, out, FILES);
      expect(await readFile(join(cwd, out, 'index.html'), 'utf8')).toBe('<!doctype html>');
    }
  });

  it('is written into, and not through a link that lies in it', async () => {
    await writeFile(join(cwd, 'elsewhere'), 'theirs');
    await symlink(join(cwd, 'elsewhere'), join(cwd, 'index.html'));
    await writeBoard({ cwd }, '.', FILES);
    expect(await readFile(join(cwd, 'elsewhere'), 'utf8')).toBe('theirs');
    expect(await readFile(join(cwd, 'index.html'), 'utf8')).toBe('<!doctype html>');
  });

  it('is refused where nothing can be made, without an end of tries', async () => {
    await writeFile(join(cwd, 'file'), '');
    await symlink('nowhere', join(cwd, 'dangling'));
    const places = [
      'file',
      'file/site',
      'dangling/site',
      ...(existsSync('/proc/self') ? ['/proc/x', '/proc/x/y/z'] : []),
    ];
    for (const out of places) {
      await expect(writeBoard({ cwd }, out, FILES)).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringContaining(`--out ${out}: cannot be written`),
      });
    }
  });
});
