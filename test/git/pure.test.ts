import { describe, expect, it } from 'vitest';
import { isBranchName } from '../../src/git/branch-name.ts';
import { gitEnvironment, withSettings } from '../../src/git/executable/environment.ts';
import { gitFailure } from '../../src/git/failure.ts';
import { parseReport } from '../../src/git/isomorphic/push-report.ts';
import { remoteText } from '../../src/git/remote-text.ts';
import { parseRemoteUrl } from '../../src/git/remote-url.ts';
import { chooseUpstream } from '../../src/git/upstream.ts';

describe('a branch name', () => {
  it.each(['main', 'promote/qa/api', 'release-1.2', 'a@b', 'ü'])('may be %j', name => {
    expect(isBranchName(name)).toBe(true);
  });
  it.each([
    '',
    '-d',
    '@',
    'HEAD',
    '/a',
    'a/',
    'a//b',
    'a..b',
    'a.',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a@{1}',
    'a\nb',
    'a\0b',
  ])('is never %j', name => {
    expect(isBranchName(name)).toBe(false);
  });
});

describe("a remote's address", () => {
  it.each([
    [
      'https://user:to%40ken@host:8443/a.git',
      'https://host:8443/a.git',
      'http',
      { username: 'user', password: 'to@ken' },
    ],
    ['https://token@host/a', 'https://host/a', 'http', { username: 'token', password: '' }],
    ['http://host/a', 'http://host/a', 'http', undefined],
    ['ssh://git:secret@host:22/a.git', 'ssh://git@host:22/a.git', 'ssh', undefined],
    ['git@host:a/b.git', 'git@host:a/b.git', 'ssh', undefined],
    ['file:///srv/a.git', 'file:///srv/a.git', 'file', undefined],
    ['/srv/a.git', '/srv/a.git', 'file', undefined],
  ])('%s is shown as %s', (text, url, transport, login) => {
    expect(parseRemoteUrl(text)).toEqual({ url, transport, login });
  });
  it.each([
    '',
    '--upload-pack=touch x',
    'ext::sh -c id',
    'fd::3',
    'http-x::a',
    'git://host/a',
    'javascript://x',
    'https://',
    'https://a b/\n',
  ])('is never %j', text => {
    expect(() => parseRemoteUrl(text)).toThrow(expect.objectContaining({ code: 'CONFIGURATION' }));
  });
});

describe('the remote of a checkout', () => {
  it.each([
    [{ remotes: [] }, undefined],
    [{ remotes: ['fork'] }, { remote: 'fork' }],
    [{ remotes: ['fork', 'origin'] }, { remote: 'origin' }],
    [
      { remotes: ['fork', 'origin'], remote: 'fork', merge: 'refs/heads/a/b' },
      { remote: 'fork', branch: 'a/b' },
    ],
    [{ remotes: ['origin'], remote: '.', merge: 'refs/heads/local' }, { remote: 'origin' }],
  ])('of %j is %j', (configuration, upstream) => {
    expect(chooseUpstream({ remote: undefined, merge: undefined, ...configuration })).toEqual(upstream);
  });
});

describe('what a remote says', () => {
  it('comes on one line, without controls, hints, secrets and past a bound', () => {
    const said =
      'remote: \x1b[31mno\x1b[0m\x07 way\nhint: try\nremote:\nfatal: https://u:p@host/ s3cret Authorization: Basic abc=\n';
    expect(remoteText(said, ['s3cret', ''])).toBe(
      'remote: no  way; fatal: https://***@host/ *** Authorization: Basic ***',
    );
    expect(remoteText('x'.repeat(10_000)).length).toBeLessThan(700);
  });
});

describe('a failure of Git', () => {
  it.each([
    ["fatal: detected dubious ownership in repository at '/r'", 'GIT', 'safe.directory'],
    ["fatal: Unable to create '/r/.git/index.lock': File exists.", 'GIT', 'lock'],
    ['fatal: write error: No space left on device', 'SYSTEM', 'make room'],
    ["fatal: Unable to create '/r/.git/index.lock': Read-only file system", 'SYSTEM', 'write there'],
    [
      'error: insufficient permission for adding an object to repository database .git/objects\nfatal: failed to write commit',
      'SYSTEM',
      'write there',
    ],
    [
      "fatal: could not open '/r/.git/refs/heads/main' for writing: Permission denied",
      'SYSTEM',
      'write there',
    ],
    ['remote: fatal: write error: No space left on device\n[remote rejected] (unpacker error)', 'GIT', ''],
    ["fatal: could not read Username for 'https://h': terminal prompts disabled", 'UNAUTHORIZED', 'token'],
    [
      'git@host: Permission denied (publickey).\nfatal: Could not read from remote repository.',
      'UNAUTHORIZED',
      'key',
    ],
    [
      "fatal: unable to access 'https://h/': The requested URL returned error: 403",
      'FORBIDDEN',
      'pull request',
    ],
    ['[remote rejected] (pre-receive hook declined)', 'FORBIDDEN', 'commits.md'],
    [
      '[remote rejected] (refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission)',
      'FORBIDDEN',
      'workflows: write',
    ],
    ["fatal: repository 'https://h/a/' not found", 'NOT_FOUND', 'address'],
    ["fatal: unable to access 'https://h/': Could not resolve host: h", 'UNREACHABLE', 'network'],
  ])('%j is %s', (printed, code, hint) => {
    const failure = gitFailure('push', printed, [], 'push');
    expect(failure.code).toBe(code);
    expect(failure.hint ?? '').toContain(hint);
  });
});

describe('a report of receive-pack', () => {
  const packet = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
  const report = (...lines: readonly string[]) => `${lines.map(packet).join('')}0000`;

  it.each([
    [report('unpack ok\n', 'ok refs/heads/main\n'), false, undefined],
    [report('unpack ok\n', 'ng refs/heads/main hook declined\n'), false, '[remote rejected] (hook declined)'],
    [
      report('unpack index-pack abnormal exit\n', 'ng refs/heads/main unpacker error\n'),
      false,
      'unpacker error',
    ],
    [
      packet(`\x02no\n`) + packet(`\x01${report('unpack ok\n', 'ng refs/heads/main no\n')}`),
      true,
      'no\n\n[remote',
    ],
    [packet(`\x01${report('unpack ok\n', 'ok refs/heads/main\n')}`), true, undefined],
    ['', false, 'no report'],
    ['<html>', true, 'no report'],
  ])('%j, side band %s', (body, hasSideBand, refusal) => {
    const seen = parseReport(Buffer.from(body), hasSideBand);
    if (refusal === undefined) expect(seen).toBeUndefined();
    else expect(seen).toContain(refusal);
  });
});

describe("Git's environment", () => {
  it("keeps the caller's settings and adds ours after them", () => {
    const env = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'a.b',
      GIT_CONFIG_VALUE_0: 'c',
      GIT_DIR: '/x',
      GIT_TRACE_CURL: '1',
    };
    const made = withSettings(gitEnvironment(env), [['d.e', 'f']]);
    expect(made).toMatchObject({
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'a.b',
      GIT_CONFIG_KEY_1: 'd.e',
      GIT_CONFIG_VALUE_1: 'f',
    });
    expect(made).not.toHaveProperty('GIT_DIR');
    expect(made).not.toHaveProperty('GIT_TRACE_CURL');
  });
});
