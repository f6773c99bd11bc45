import { expect, it } from 'vitest';
import { environmentsChange } from '../../src/plan/environments-change.ts';

const FILE = `version: 1
images: { api: {} }
environments:
  dev: { from: build, registry: r.example/dev, files: [dev/**] }
`;

it.each([
  ['a comment', `# a note\n${FILE}`, []],
  [
    'a gate',
    FILE.replace('files', 'gates: { approval: { count: 1 } }, files'),
    ['e.yaml alters environment dev'],
  ],
  ['a new image', FILE.replace('api: {}', 'api: {}, web: {}'), ['e.yaml alters image web']],
  ['base images', `${FILE}refresh: {}\n`, ['e.yaml alters refresh']],
  ['nonsense', 'version: 1\n', ['e.yaml would not be valid']],
  ['nothing left', undefined, ['e.yaml is removed']],
])('%s', (_, after, seen) => {
  expect(environmentsChange('e.yaml', FILE, after)).toEqual(seen);
});
