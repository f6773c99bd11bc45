import { expect, it } from 'vitest';
import { taggedVersion } from '../../../src/environments/tags/tagged-version.ts';
import { digestOf } from '../../../src/oci/digest.ts';

const VALUES = { image: 'api', environment: 'qa', digest: digestOf('image') };

it.each([
  [['{tag}'], '1.2.3', '1.2.3'],
  [['{tag}'], 'v1.2.3-rc.1', 'v1.2.3-rc.1'],
  [['{tag}'], 'main-9', 'main-9'],
  [['{version}'], '1.2.3', '1.2.3'],
  [['v{version}'], 'v1.2.3', '1.2.3'],
  [['{version}-alpine'], '1.2.3-alpine', '1.2.3'],
  [['{version}-alpine'], '1.2.3-rc.1-alpine', '1.2.3-rc.1'],
  [['{image}-{version}-{digest12}'], `api-1.2.3-${VALUES.digest.slice(7, 19)}`, '1.2.3'],
  [['{environment}-{tag}'], 'qa-1.2.3', '1.2.3'],
  [['{major}.{minor}.{patch}'], '1.2.3', '1.2.3'],
  [['{environment}_{major}.{minor}.{patch}-x'], 'qa_1.2.3-x', '1.2.3'],
  [['{major}-{minor}-{patch}'], '1-2-30', '1.2.30'],
  [['{version}_{version}'], '1.2.3_1.2.3', '1.2.3'],
  [['{version}_{version}'], '1.2.3_1.2.4', '1.2.3_1.2.4'],
  [['{major}.{minor}'], '1.2', '1.2'],
  [['a.c-{version}'], 'abc-1.2.3', 'abc-1.2.3'],
  [['{environment}-{tag}'], 'qa-main-9', 'main-9'],
  [['{environment}-{tag}'], 'qa-main', 'qa-main'],
  [['{version}-alpine', '{tag}'], '1.2.3-beta', '1.2.3-beta'],
  [['other-{tag}', 'app-{version}'], 'app-1.2.3', '1.2.3'],
  [['{environment}-{tag}'], '1.2.3', '1.2.3'],
])('of %j and the tag %s, what has an order is %s', (templates, tag, expected) => {
  const tags = templates.map(name => ({ name, moves: false }));
  expect(taggedVersion(tags, tag, VALUES)).toBe(expected);
});
