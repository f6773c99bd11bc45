import { expect, it } from 'vitest';
import { checkRegistry, type RepositoryFacts } from '../../src/plan/check-registries.ts';

const HOST = 'registry.example';
const NO = { kind: 'no', error: { message: 'it is refused' } } as const;
const YES = { kind: 'yes' } as const;
const UNKNOWN = { kind: 'unknown' } as const;

function facts(more: Partial<RepositoryFacts> = {}): RepositoryFacts {
  const all = { list: YES, pull: YES, push: YES, mount: undefined, referrers: 'api', ahead: 0 } as const;
  return { repository: `${HOST}/dev/api`, login: 'alice', ...all, ...more };
}

function lines(repositories: readonly RepositoryFacts[], left = 0): readonly string[] {
  return checkRegistry({ host: HOST, repositories, left }).map(
    ({ ok, unchecked, severity, message, hint }) =>
      `${ok ? 'ok' : unchecked ? 'unchecked' : severity}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

it('says that all is well', () => {
  expect(lines([facts()])).toEqual([
    'ok: reached, as alice',
    'ok: may pull from dev/api',
    'ok: may list the tags of dev/api',
    'ok: may push to dev/api',
    'ok: lists evidence by the referrers API: dev/api',
    'ok: its clock and this one differ by less than a minute',
  ]);
});

it.each<[string, Partial<RepositoryFacts>, string]>([
  [
    'pull',
    { pull: NO },
    'error: it is refused (let alice do this at registry.example, or log in as somebody else)',
  ],
  ['push', { push: NO }, 'error: it is refused'],
  ['list', { list: NO }, 'warning: it is refused; evidence is looked for tag by tag'],
  ['mount', { mount: NO }, 'warning: it is refused; blobs are copied byte by byte'],
  [
    'push without a login',
    { push: NO, login: undefined },
    'unchecked: not checked: whether it may push to dev/api (no login is at hand: docker login registry.example)',
  ],
  [
    'pull without a login',
    { pull: NO, login: undefined },
    'unchecked: not checked: whether it may pull from dev/api (no login',
  ],
  [
    'push, which nothing shows',
    { push: UNKNOWN },
    'unchecked: not checked: whether it may push to dev/api (promote check --write-probe',
  ],
  ['the fallback tag', { referrers: 'fallback' }, 'ok: has no referrers API, so the fallback tag'],
  [
    'a clock behind',
    { ahead: 420_000 },
    'warning: the clock here is 7 min behind that of registry.example (set the clock',
  ],
  [
    'a clock ahead',
    { ahead: -420_000 },
    'warning: the clock here is 7 min ahead of that of registry.example',
  ],
  ['no date', { ahead: undefined }, 'unchecked: not checked: the clock'],
])('tells of %s', (_, more, expected) => {
  expect(lines([facts(more)])).toContainEqual(expect.stringContaining(expected));
});

it('names a few repositories, and what it did not ask about', () => {
  const many = ['a', 'b', 'c', 'd', 'e'].map(name => facts({ repository: `${HOST}/${name}` }));
  const told = lines(many, 7);
  expect(told).toContain('ok: may push to a, b, c and 2 more');
  expect(told).toContainEqual(expect.stringContaining('7 more repositories'));
});

it('says once that a registry cannot be reached', () => {
  const problem = { message: 'cannot be reached', hint: 'look at the network' };
  expect(checkRegistry({ host: HOST, repositories: [], left: 3, problem })).toEqual([
    { severity: 'error', subject: HOST, ...problem },
  ]);
});

it('says where evidence is kept, and not that it is listed beside the images', () => {
  const found = lines([facts({ referrers: 'fallback', evidence: `${HOST}/evidence` })]);
  expect(found).toContain(`ok: evidence of dev/api is kept in ${HOST}/evidence`);
  expect(found.join()).not.toContain('fallback tag');
});
