import { describe, expect, it } from 'vitest';
import { fileWith, marked, problemsOf } from '../problems.ts';

/** `live` is pushed to where `prod` is. */
function shared(prod: string, live: string, images = '{ api: {} }'): string {
  const tags = live === '' ? '' : `, tags: ${live}`;
  return fileWith({
    images,
    prod: prod === '' ? '' : `tags: ${prod}`,
    more: `  live: { from: prod, registry: ghcr.io/acme/prod, files: ["live/**"]${tags} }`,
  });
}

describe('environments that share a repository', () => {
  it.each([
    ['the same moving tag', '[{ name: latest, moves: true }]', '[{ name: latest, moves: true }]'],
    ['the same moving series', '[{ name: "{major}", moves: true }]', '[{ name: "{major}", moves: true }]'],
    ['a moving name for a tag that never moves', '', '[{ name: "{tag}", moves: true }]'],
    ['a moving name of its version', '["{tag}"]', '[{ name: "{version}", moves: true }]'],
    [
      'the same moving tag of a platform',
      '["{tag}", { name: "edge-{arch}", platforms: each, moves: true }]',
      '[{ name: "edge-{arch}", platforms: each, moves: true }]',
    ],
    ['another spelling', '["v{version}"]', '[{ name: "v{major}.{minor}.{patch}", moves: true }]'],
    ['what is the other one by name', '["{environment}-{tag}"]', '[{ name: "prod-{tag}", moves: true }]'],
  ])('refuse %s', (_, prod, live) => {
    const problems = problemsOf(shared(prod, live));
    expect(problems.map(marked)).toEqual([live.slice(1, -1)]);
    expect(problems[0]).toMatchObject({ line: 6 });
    expect(problems[0]?.message).toMatch(/ of live .* of prod .*ghcr\.io\/acme\/prod\/api/);
  });

  it('refuse the default tag that the other one moves, and tell it once for all images', () => {
    const text = shared('[{ name: "{tag}", moves: true }]', '', '{ api: {}, web: {} }');
    expect(problemsOf(text).map(({ line }) => line)).toEqual([6]);
  });

  it.each([
    ['tags that never move', '', ''],
    [
      'tags that hold the environment',
      '[{ name: "{environment}", moves: true }]',
      '[{ name: "{environment}", moves: true }]',
    ],
    [
      'moving tags of other names',
      '[{ name: "{major}", moves: true }]',
      '[{ name: "{major}.{minor}", moves: true }]',
    ],
    ['a moving tag of one alone', '["{tag}", { name: stable, moves: true }]', '["{tag}"]'],
  ])('take %s', (_, prod, live) => {
    expect(problemsOf(shared(prod, live))).toEqual([]);
  });
});

it('takes the same moving tags in repositories apart', () => {
  const tags = 'tags: [{ name: latest, moves: true }]';
  expect(problemsOf(fileWith({ dev: tags, prod: tags }))).toEqual([]);
});
