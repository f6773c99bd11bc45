import { mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeOut } from '../../src/cli/write-out.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'promote-out-'));
});
afterEach(async () => await rm(cwd, { recursive: true }));

it('replaces a file, and leaves nothing beside it', async () => {
  await writeFile(join(cwd, 'plan.json'), 'a longer text than the next');
  await writeOut({ cwd }, 'plan.json', 'next');
  expect(await readFile(join(cwd, 'plan.json'), 'utf8')).toBe('next');
  expect(await readdir(cwd)).toEqual(['plan.json']);
});

it('writes to where a link leads, as to a device, and leaves the link', async () => {
  await writeFile(join(cwd, 'there'), '');
  await symlink('there', join(cwd, 'link'));
  await writeOut({ cwd }, 'link', 'text');
  expect(await readlink(join(cwd, 'link'))).toBe('there');
  expect(await readFile(join(cwd, 'there'), 'utf8')).toBe('text');
});

it('says which file cannot be written, and leaves nothing', async () => {
  await expect(writeOut({ cwd }, 'gone/plan.json', 'x')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('--out gone/plan.json: cannot be written'),
  });
  expect(await readdir(cwd)).toEqual([]);
});

it('takes a full disk for no wrong command line', async () => {
  await symlink('/dev/full', join(cwd, 'full'));
  await expect(writeOut({ cwd }, 'full', 'x')).rejects.toMatchObject({
    code: 'SYSTEM',
    hint: expect.stringContaining('make room'),
  });
});
