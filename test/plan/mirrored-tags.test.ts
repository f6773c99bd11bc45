import { expect, it } from 'vitest';
import type { MirroredTags } from '../../src/environments/mirrors.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { mirroredTags } from '../../src/plan/mirrored-tags.ts';

const LISTED = ['22', '22.11.0', '22.11.1', '22.12.0', '22.13.0-rc.1', '22.12.0-alpine', '23.0.0', 'latest'];

it.each<[string, readonly MirroredTags[], readonly string[]]>([
  ['what is written alone', [{ tag: '22', update: 'digest' }], ['22']],
  ['patches', [{ tag: '22.11.0', update: 'patch' }], ['22.11.0', '22.11.1']],
  ['minor versions, newest first', [{ tag: '22.11.0', update: 'minor' }], ['22.11.0', '22.12.0', '22.11.1']],
  ['the newest', [{ tag: '22.11.0', update: 'major', newest: 1 }], ['22.11.0', '23.0.0']],
  [
    'each once',
    [
      { tag: '22.12.0', update: 'digest' },
      { tag: '22.11.1', update: 'minor' },
    ],
    ['22.12.0', '22.11.1'],
  ],
])('keeps %s', (_, tags, expected) => {
  const mirror = {
    name: 'node',
    from: parseRepositoryName('docker.io/library/node'),
    to: parseRepositoryName('r.example/node'),
    signature: [],
    moves: false,
    pins: false,
  };
  expect(mirroredTags({ ...mirror, tags }, LISTED)).toEqual(expected);
});
