import { expect } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: what ships has no types
type Module = any;

/** Opens a repository of each forge that is loaded where it is used; nothing is asked before the first call. */
export const FORGE_CALLS = {
  'src/proposals/comment-reviews.ts': {
    commentReviews: async ({ commentReviews }: Module) =>
      expect(await commentReviews({ forge: {} }, {}, () => 'plan')).toEqual([]),
  },
  'src/forges/gitlab/pull-requests/merge.ts': {
    mergeMergeRequest: async ({ mergeMergeRequest }: Module) => {
      const merged = { state: 'merged', sha: 'c', merge_commit_sha: 'm', iid: 1, labels: [], title: '' };
      const shown = { ...merged, web_url: '', source_branch: '', target_branch: '', created_at: '' };
      const gitlab = { ask: async () => ({ ...shown, target_project_id: 7 }) };
      const parts = { gitlab, project: { facts: async () => ({}) } };
      const asked = { number: 1, head: 'c' };
      expect(await mergeMergeRequest(parts, asked, 'merge')).toEqual({ kind: 'merged', commit: 'm' });
    },
  },
  'src/forges/github/pull-requests/comments.ts': {
    openComments: async ({ openComments }: Module) => {
      const github = { graphql: async () => ({ repository: {} }), place: {} };
      expect(await openComments(github).writers([])).toEqual(new Set());
    },
  },
  'src/forges/forgejo/opened.ts': {
    openForgejo: async ({ openForgejo }: Module) => {
      const place = {
        server: 'https://codeberg.org',
        owner: 'a',
        repo: 'b',
        web: 'https://codeberg.org/a/b',
      };
      await closes(openForgejo(place, { token: 'x' }, SETTINGS), place.web);
    },
  },
  'src/forges/github/opened.ts': {
    openGitHub: async ({ openGitHub }: Module) => {
      const web = 'https://github.com/a/b';
      const place = { server: 'https://github.com', owner: 'a', repo: 'b', apiUrl: undefined, web };
      await closes(openGitHub(place, { token: 'x' }, SETTINGS), web);
    },
  },
  'src/forges/github/builds.ts': {
    openGitHubBuilds: ({ openGitHubBuilds }: Module) =>
      expect(() => openGitHubBuilds(new URL('https://github.com/a'), 'rebuild', SETTINGS)).toThrow(
        'no repository',
      ),
  },
  'src/forges/gitlab/builds.ts': {
    openGitLabBuilds: ({ openGitLabBuilds }: Module) =>
      expect(() => openGitLabBuilds(new URL('https://gitlab.com/a'), 'main', SETTINGS)).toThrow('no project'),
  },
  'src/forges/gitlab/opened.ts': {
    openGitLab: async ({ openGitLab }: Module) => {
      const place = { server: 'https://gitlab.com', project: 'a/b', web: 'https://gitlab.com/a/b' };
      await closes(openGitLab(place, { token: 'x' }, SETTINGS), place.web);
    },
  },
};

const SETTINGS = {
  env: {},
  git: { executable: undefined, author: { name: 'tester', email: 'tester@example.com' } },
  signal: new AbortController().signal,
};

async function closes(opened: Module, web: string): Promise<void> {
  expect(opened.commitUrl('1')).toContain(web);
  await opened.close();
}
