import { describe, expect, it } from 'vitest';
import { branchPrefix, groupBranch, groupOnBranch } from '../../src/environments/commits.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { fileWith, marked, problemsOf } from './problems.ts';

type Parts = Parameters<typeof fileWith>[0];

const BOT = '{ name: Bot, email: bot@acme.example }';

describe('rules for commits', () => {
  it('are those of the whole file, key by key in place of which stand those of an environment', () => {
    const text = fileWith({
      more: `commits: { author: ${BOT}, signOff: true, message: conventional }\nrefresh: {}`,
      prod: 'commits: { signOff: false, message: { body: "{changes}" } }',
    });
    const environments = parseEnvironments(text, 'environments.yaml');
    const author = { name: 'Bot', email: 'bot@acme.example' };
    const message = { subject: 'chore({environment}): {summary}' };
    expect(environmentNamed(environments, 'dev').commits).toEqual({ author, signOff: true, message });
    expect(environmentNamed(environments, 'prod').commits).toEqual({
      author,
      signOff: false,
      message: { subject: '{summary}', body: '{changes}' },
    });
    expect(environments.refresh?.commits).toEqual({ author, signOff: true, message });
  });

  it('name branches, and know them again', () => {
    const commits = { branch: 'feature/OPS-1-{environment}-{group}' };
    const qa = { name: 'qa', commits };
    expect(groupBranch(qa, 'rollback+api')).toBe('feature/OPS-1-qa-rollback+api');
    expect(groupOnBranch(qa, 'feature/OPS-1-qa-rollback+api')).toBe('rollback+api');
    expect(groupOnBranch(qa, 'promote/qa/api')).toBeUndefined();
    expect(branchPrefix({ name: 'qa' })).toBe('promote/qa/');
  });

  it.each<[string, Parts, string]>([
    [
      'a branch that does not end in its group',
      { more: 'commits: { branch: "x/{group}/y" }' },
      '"x/{group}/y"',
    ],
    [
      'a branch that Git takes for none',
      { more: 'commits: { branch: "x..{environment}/{group}" }' },
      '"x..{environment}/{group}"',
    ],
    ['an unknown placeholder', { more: 'commits: { message: "{ticket}" }' }, '"{ticket}"'],
    [
      'words that promote reads',
      { more: 'commits: { message: "Roll back x: {summary}" }' },
      '"Roll back x: {summary}"',
    ],
    ['a ticket that is none', { more: 'commits: { tickets: ["OPS 1"] }' }, '"OPS 1"'],
    [
      'a subject that reads as a trailer',
      { more: 'commits: { message: "Promote-Plan: x" }' },
      '"Promote-Plan: x"',
    ],
    [
      'a body with a trailer of ours',
      { more: 'commits: { message: { body: "a\\nPromote-Plan: x" } }' },
      '"a\\nPromote-Plan: x"',
    ],
    [
      'a subject that reads as a merge of Git',
      { more: 'commits: { message: "Merge {image}" }' },
      '"Merge {image}"',
    ],
    ['an address that is none', { more: 'commits: { author: { name: Bot, email: bot } }' }, 'bot'],
    [
      'a name that breaks a header',
      { more: 'commits: { author: { name: "a <b>", email: a@b.c } }' },
      '"a <b>"',
    ],
    ['one branch for two environments', { more: 'commits: { branch: "x/{group}" }' }, '"x/{group}"'],
    [
      "an environment whose branches begin as another's",
      {
        more: 'commits: { branch: "x-{environment}-{group}" }',
        dev: 'commits: { branch: "x-prod-dev-{group}" }',
      },
      '"x-{environment}-{group}"',
    ],
    [
      'refreshed images on the branches of an environment',
      { more: 'refresh: {}', prod: 'commits: { branch: "promote/refresh/{group}" }' },
      '"promote/refresh/{group}"',
    ],
    [
      'a deployed branch that reads as a proposal',
      { more: 'deployments: { branch: live-eu }', prod: 'commits: { branch: "live-{group}" }' },
      '"live-{group}"',
    ],
    [
      'a branch below the deployed one',
      { more: 'deployments: { branch: main }', prod: 'commits: { branch: "main/{group}" }' },
      '"main/{group}"',
    ],
    ['an author of what the forge signs', { more: `commits: { author: ${BOT}, signing: forge }` }, 'author'],
    [
      'the committer of an environment, where the forge signs',
      { more: 'commits: { signing: forge }', prod: `commits: { committer: ${BOT} }` },
      'committer',
    ],
    [
      'a forge that signs in one environment what the file has an author for',
      { more: `commits: { author: ${BOT} }`, prod: 'commits: { signing: forge }' },
      'signing',
    ],
    [
      'a key management service for commits',
      { more: 'commits: { signing: { ssh: "awskms://alias/x" } }' },
      'ssh',
    ],
  ])('refuse %s', (_, parts, words) => {
    expect(problemsOf(fileWith(parts)).map(marked)).toContain(words);
  });

  it('take each rule by itself', () => {
    const text = fileWith({ more: 'commits: { branch: "bots/{environment}/{group}" }', prod: 'commits: {}' });
    expect(problemsOf(text)).toEqual([]);
  });
});
