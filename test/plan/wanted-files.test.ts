import { describe, expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { wantedFiles } from '../../src/plan/wanted-files.ts';

const environments = parseEnvironments(
  `version: 1
images:
  api: {}
  web: { source: "oci:./größe", pins: [{ files: "charts/*/values.yaml", path: tag, kind: tag }] }
environments:
  prod: { from: build, registry: registry.example/prod, files: ["**"] }
`,
  'environments.yaml',
);
const { keep, isNeeded } = wantedFiles(environments);
const bytesOf = (text: string, encoding: BufferEncoding = 'utf8') =>
  Buffer.from(text, encoding).toString('latin1');

describe('a file is looked at', () => {
  const WANTED: Readonly<Record<string, string>> = {
    'names the last component of a repository': bytesOf('image: other.example/api:1\n'),
    'names a registry': bytesOf('global: { imageRegistry: registry.example }\n'),
    'contains an escape that could hide a name': bytesOf('image: "a\\u0070i"\n'),
    'names a component of letters beyond ASCII': bytesOf('image: oci:./größe:1\n'),
    'may give a chart its registry': bytesOf('kind: HelmRepository\n'),
    'is a pointer to a file elsewhere': bytesOf('version https://git-lfs.github.com/spec/v1\noid sha256:1\n'),
    'is UTF-16, in which nothing is found': bytesOf('\ufeffimage: api\n', 'utf16le'),
  };
  for (const [what, bytes] of Object.entries(WANTED))
    it(`where it ${what}`, () => expect(keep(bytes)).toBe(true));

  it('by its path where a rule matches it, or several files are read together', () => {
    const paths = ['charts/web/values.yaml', 'apps/.env', 'charts/web/Chart.yaml'];
    expect(paths.filter(isNeeded)).toEqual(paths);
  });
});

describe('a file is left out', () => {
  const OTHERS: Readonly<Record<string, string>> = {
    'names other images': bytesOf('image: other.example/team/service:1.0.0\n'),
    'has the name within a longer word': bytesOf('image: other.example/apis:1\nthing: rapid\n'),
    'is Latin-1 and says nothing of ours': bytesOf('name: Müller\n', 'latin1'),
  };
  for (const [what, bytes] of Object.entries(OTHERS))
    it(`where it ${what}`, () =>
      expect([keep(bytes), isNeeded('charts/web/templates/a.yaml')]).toEqual([false, false]));
});

it('has the same answer for the same environments, so that what was left out is not read again', () => {
  expect(wantedFiles({ ...environments, implied: [] }).keep).toBe(keep);
});
