import { expect, it } from 'vitest';
import { proposeCi, publishedBy } from '../../src/cli/init-ci.ts';

it('writes the workflow of a release by the actions of that release, which move', () => {
  const published = publishedBy('git+https://github.com/acme/promote.git');
  const found = [{ name: 'production', registry: 'ghcr.io/acme/production' }];
  const place = {
    env: {},
    origin: 'https://github.com/acme/gitops.git',
    paths: new Set<string>(),
    signs: false,
  };
  const { text, notes } = proposeCi({}, found, { ...place, published });
  expect(text).toContain('uses: acme/promote/actions/promote@v1\n');
  expect(notes).toEqual([expect.stringContaining('put the full commit of a release there')]);
  expect(proposeCi({}, found, { ...place, published: publishedBy(undefined) }).text).toBeUndefined();
  expect(publishedBy('git+https://example.com/acme/promote.git')).toBeUndefined();
});
