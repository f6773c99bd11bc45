import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PromoteError, systemFailure, withSystem } from '../src/errors.ts';

describe('what the operating system refuses', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-errors-'));
    await writeFile(join(directory, 'file'), '');
    await symlink(join(directory, 'loop'), join(directory, 'loop'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each<[string, string, (at: string) => Promise<unknown>]>([
    ['ENOENT', 'gone', at => readFile(join(at, 'gone'))],
    ['ENOTDIR', 'file', at => mkdir(join(at, 'file', 'below'))],
    ['ENOTDIR', 'file', at => readdir(join(at, 'file'))],
    ['EISDIR', '', at => readFile(at)],
    ['ELOOP', 'loop', at => readFile(join(at, 'loop'))],
    ['ENAMETOOLONG', 'x'.repeat(300), at => readFile(join(at, 'x'.repeat(300)))],
    ['EEXIST', 'file', at => writeFile(join(at, 'file'), '', { flag: 'wx' })],
  ])('is told with what it was about and where: %s', async (code, name, refused) => {
    const failure = await withSystem('write it', () => refused(directory)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PromoteError);
    expect(failure).toMatchObject({
      code: 'SYSTEM',
      message: expect.stringMatching(new RegExp(`^write it: .*\\(${code}: `)),
      hint: expect.any(String),
      cause: expect.any(Error),
    });
    // Node names no path of what fails on an open file.
    if (code !== 'EISDIR') expect(String(failure)).toContain(join(directory, name));
  });

  it.runIf(process.platform === 'linux')('is told of a disk that is full', async () => {
    const writing = withSystem('write the plan', () => writeFile('/dev/full', 'x'));
    await expect(writing).rejects.toMatchObject({
      code: 'SYSTEM',
      message: expect.stringContaining('no space is left on the disk (ENOSPC'),
    });
  });

  it.each(['EROFS', 'EACCES', 'EPERM', 'EDQUOT', 'EMFILE', 'EIO'])('is known by its code: %s', code => {
    const cause = Object.assign(new Error(code), { code, syscall: 'open', path: '/data/a', errno: -1 });
    expect(systemFailure('read it', cause)).toMatchObject({
      code: 'SYSTEM',
      message: expect.stringMatching(/^read it: \w.* \(E\w+: open \/data\/a\)$/),
    });
  });

  it('is neither what a network nor what a program did', async () => {
    const refused = await new Promise<Error>(resolve => connect(1, '127.0.0.1').once('error', resolve));
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    const others = [refused, new TypeError('x'), Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT'];
    expect(others.map(other => systemFailure('read it', other))).toEqual(others.map(() => undefined));
    const own = new PromoteError('INVALID', 'x');
    await expect(withSystem('read it', () => Promise.reject(own))).rejects.toBe(own);
  });
});
