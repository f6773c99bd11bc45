import { expect, it } from 'vitest';
import { sourceTag } from '../../../src/environments/tags/source-tag.ts';
import { digestOf } from '../../../src/oci/digest.ts';

const VALUES = { image: 'api', environment: 'qa', digest: digestOf('image') };

it.each([
  [['{tag}'], '1.2.3', '1.2.3'],
  [['{environment}-{tag}'], 'qa-1.2.3', '1.2.3'],
  [['{image}.{tag}.x'], 'api.v1.x', 'v1'],
  [['v{version}'], 'v1.2.3', 'v1.2.3'],
  [['{major}.{minor}.{patch}-{image}'], '1.2.3-api', '1.2.3-api'],
  [['fixed', '{environment}-{tag}'], 'fixed', 'fixed'],
  [['{tag}-{tag}'], '1-1', undefined],
  [['{environment}-{tag}'], 'prod-1.2.3', undefined],
  [['{environment}-{tag}'], 'qa-', undefined],
  [[], `qa-${VALUES.digest.slice(7, 19)}`, `qa-${VALUES.digest.slice(7, 19)}`],
])('of %j and the pinned %s, the promoted tag was %s', (templates, pinned, expected) => {
  const tags = templates.map(name => ({ name, moves: false }));
  expect(sourceTag(tags, pinned, VALUES)).toBe(expected);
});

it('does not look behind a tag that moves', () => {
  const tags = [
    { name: 'at-{tag}', moves: true },
    { name: '{tag}', moves: false },
  ];
  expect(sourceTag(tags, 'at-1', VALUES)).toBe('at-1');
});
