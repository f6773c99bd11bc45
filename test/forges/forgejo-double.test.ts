import { describe, expect, it } from 'vitest';
import { describedBy } from '../servers/forgejo/description.ts';

const FILE = process.env.PROMOTE_FORGEJO_OPENAPI;
const REPO = '/repos/{owner}/{repo}';
const MERGE = { method: 'POST', template: `${REPO}/pulls/{index}/merge` };
const READ = { method: 'GET', template: REPO };

// Without Forgejo's description nothing is held against it: in CI that fails.
describe.skipIf(FILE === undefined && !process.env.CI)(
  "Forgejo's double (needs PROMOTE_FORGEJO_OPENAPI)",
  () => {
    it.each<[string, object, RegExp | undefined]>([
      ['a described request', { ...MERGE, body: { Do: 'merge', head_commit_id: 'a' } }, undefined],
      ['a request that is not described', { ...READ, template: `${REPO}/nothing` }, /no such request/],
      [
        'a field that is not described',
        { ...MERGE, body: { Do: 'merge', sha: 'a' } },
        /additional properties/,
      ],
      ['a value that is not described', { ...MERGE, body: { Do: 'octopus' } }, /allowed values/],
      ['a field that is missing', { ...MERGE, body: {} }, /required property/],
      [
        'a query that is not described',
        { ...READ, query: new URLSearchParams({ x: '1' }) },
        /no query parameter x/,
      ],
      ['an answer that is not described', { ...READ, answered: { id: 1, nothing: 2 } }, /its answer/],
      ['an answer of another kind', { ...READ, answered: { id: 'one' } }, /its answer/],
      [
        'a status that is not described',
        { ...MERGE, body: { Do: 'merge' }, status: 204 },
        /never answers 204/,
      ],
    ])('finds %s', (_, given, wrong) => {
      const request = {
        ...READ,
        query: new URLSearchParams(),
        body: {},
        status: 200,
        answered: undefined,
        ...given,
      };
      const found = describedBy(FILE ?? '')(request);
      if (wrong === undefined) expect(found).toBeUndefined();
      else expect(found).toMatch(wrong);
    });
  },
);
