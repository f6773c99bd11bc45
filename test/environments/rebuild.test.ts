import { expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { fileWith, problemsOf } from './problems.ts';

const file = (rebuild: string, more = 'refresh: {}', web = '{}') =>
  fileWith({ images: `{ api: { rebuild: ${rebuild} }, web: ${web} }`, more });

it.each([
  [
    '{ github: acme/api, event: rebuild }',
    {
      forge: 'github',
      event: 'rebuild',
      repository: 'https://github.com/acme/api',
      token: 'env://PROMOTE_REBUILD_GITHUB_TOKEN',
      when: 'superseded',
    },
  ],
  [
    '{ gitlab: "https://gitlab.acme.example/team/api.git", ref: main, token: env://BUILDS }',
    {
      forge: 'gitlab',
      ref: 'main',
      repository: 'https://gitlab.acme.example/team/api',
      token: 'env://BUILDS',
      when: 'superseded',
    },
  ],
])('%s names a repository and a token for it', (written, meant) => {
  expect(parseEnvironments(file(written), 'x').images[0]?.rebuild).toEqual(meant);
});

it.each<[string, string, RegExp]>([
  ['half a place', file('{ github: acme/api }'), /`github` and `event`/],
  [
    'two places',
    file('{ github: acme/api, event: x, gitlab: a/b, ref: main }'),
    /or else `gitlab` and `ref`/,
  ],
  ['a literal token', file('{ github: acme/api, event: x, token: ghp_x }'), /env:\/\/NAME/],
  ['no secure address', file('{ github: "http://ghe.example/a/b", event: x }'), /https:\/\/host\/owner/],
  ['no refresh', file('{ github: acme/api, event: x }', ''), /without `refresh`/],
  [
    'no gate that says what is vulnerable',
    file('{ github: acme/api, event: x, when: vulnerable }'),
    /no environment has the gate/,
  ],
  [
    'the token of the public server for another one',
    file('{ github: "https://ghe.example/a/b", event: x }'),
    /token for https:\/\/github\.com, and https:\/\/ghe\.example must not get it/,
  ],
  [
    'one token for two servers',
    file(
      '{ github: "https://ghe.example/a/b", event: x, token: env://T }',
      'refresh: {}',
      '{ rebuild: { gitlab: "https://gitlab.example/a/b", ref: main, token: env://T } }',
    ),
    /env:\/\/T is the token for https:\/\/ghe\.example/,
  ],
])('%s is a problem', (_, text, message) => {
  expect(problemsOf(text).map(problem => problem.message)).toEqual([expect.stringMatching(message)]);
});
