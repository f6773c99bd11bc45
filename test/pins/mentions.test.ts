import { describe, expect, it } from 'vitest';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { createKnown } from '../../src/pins/known.ts';
import { findMentions } from '../../src/pins/mentions/find-mentions.ts';
import { readFile } from '../../src/pins/read.ts';

const REPOSITORIES = [
  'registry.example/prod/api',
  'registry.example:5000/web',
  'docker.io/acme/api',
  'oci:./layout/api',
];
const known = createKnown(
  new Map(REPOSITORIES.map(name => [name as RepositoryName, name.split('/').at(-1) ?? ''])),
);
const mentions = (text: string, file = 'notes.txt') =>
  findMentions(readFile(file, text, [], { known }), known).map(
    ({ kind, line, column, text: written }) => `${kind} ${line}:${column} ${written}`,
  );
const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('a reference in a line of text', () => {
  it.each([
    ['run registry.example/prod/api:1.0.0 now', 'told 1:5 registry.example/prod/api:1.0.0'],
    [`a\n  b=registry.example/prod/api@${DIGEST}`, `told 2:5 registry.example/prod/api@${DIGEST}`],
    ['"registry.example/prod/api:1"', 'told 1:2 registry.example/prod/api:1'],
    ['--image=registry.example:5000/web:2,x', 'told 1:9 registry.example:5000/web:2'],
    ['oci://registry.example/prod/api:1', 'told 1:7 registry.example/prod/api:1'],
    ['docker://registry.example/prod/api:1', 'told 1:10 registry.example/prod/api:1'],
    ['image:registry.example/prod/api:1', 'told 1:7 registry.example/prod/api:1'],
    ['Registry.Example/prod/api:1', 'told 1:1 Registry.Example/prod/api:1'],
    ['docker.io/acme/api:1', 'told 1:1 docker.io/acme/api:1'],
    ['index.docker.io/acme/api:1', 'told 1:1 index.docker.io/acme/api:1'],
    ['oci:./layout/api:1', 'told 1:1 oci:./layout/api:1'],
    [`registry.example/prod/api:\${TAG}`, 'told 1:1 registry.example/prod/api'],
    ['registry.example/prod/api:{{ .Values.tag }}', 'told 1:1 registry.example/prod/api'],
    ['oci://registry.example/prod/api?tag=1.0', 'told 1:7 registry.example/prod/api'],
    ['registry.example/prod/api:~1.0', 'told 1:1 registry.example/prod/api'],
    ['registry.example/prod/api:>=1.0', 'told 1:1 registry.example/prod/api'],
    ['see registry.example/prod/api.', 'note 1:5 registry.example/prod/api'],
    ['(registry.example/prod/api/)', 'note 1:2 registry.example/prod/api'],
  ])('is told: %s', (text, expected) => expect(mentions(text)).toEqual([expected]));

  it.each([
    'my-registry.example/prod/api:1',
    'a.registry.example/prod/api:1',
    'x/registry.example/prod/api:1',
    './registry.example/prod/api:1',
    'registry.example/prod/api-worker:1',
    'registry.example/prod/api/sub:1',
    'registry.example/prod/apis:1',
    'registry.example/prod/api.git',
    `registry.example/prod/api-\${NAME}:1`,
    'registry.example/prod/api/{{ .Values.name }}:1',
    'https://registry.example/prod/api:1',
    'https://user@registry.example/prod/api',
    'registry.example:5000/prod/api:1',
    'prod/api:1',
    'acme/api:1',
    'REGISTRY=registry.example',
    '# registry.example/prod/api:1',
    'x # registry.example/prod/api:1',
  ])('is none: %s', text => expect(mentions(text)).toEqual([]));

  it('is none in Markdown, nor in bytes that are no text', () => {
    expect(mentions('registry.example/prod/api:1', 'docs/README.md')).toEqual([]);
    expect(mentions('registry.example/prod/api:1\0')).toEqual([]);
  });

  it('is reported behind a sign in quotes, and in any other language’s comment', () => {
    expect(mentions('echo "# registry.example/prod/api:1"')).toHaveLength(1);
    expect(mentions('// registry.example/prod/api:1', 'main.tf')).toEqual([]);
    expect(mentions('// registry.example/prod/api:1', 'a.sh')).toHaveLength(1);
  });
});

describe('a comment settles a mention', () => {
  it.each([
    ['registry.example/prod/api:1 # promote: ignore pinned by hand', 'settled'],
    ['# promote: ignore pinned by hand\nregistry.example/prod/api:1', 'settled'],
    ['registry.example/prod/api:1 # promote: ignore', 'unreasoned'],
    ['# promote: ignore pinned by hand\n\nregistry.example/prod/api:1', 'told'],
  ])('%s', (text, kind) => expect(mentions(text).map(line => line.split(' ')[0])).toEqual([kind]));

  it('in a deployment file as well', () => {
    const text = 'image: registry.example/prod/api:1 # promote: ignore by hand\n';
    expect(mentions(text, 'values.yaml')).toEqual(['settled 1:8 registry.example/prod/api:1']);
  });
});

describe('in YAML', () => {
  it.each([
    ['a pin is no mention', 'image: registry.example/prod/api:1\n', []],
    [
      'an argument',
      'args: [--image, "registry.example/prod/api:1"]\n',
      ['told 1:18 registry.example/prod/api:1'],
    ],
    [
      'an annotation',
      'metadata: { annotations: { a: "registry.example/prod/api:1" } }\n',
      ['told 1:32 registry.example/prod/api:1'],
    ],
    [
      'a key',
      'versions: { "registry.example/prod/api:1": yes }\n',
      ['told 1:14 registry.example/prod/api:1'],
    ],
    [
      'a script',
      'script: |\n  docker run registry.example/prod/api:1 # x\n  # registry.example/prod/api:2\n',
      ['told 2:14 registry.example/prod/api:1'],
    ],
    [
      'a name with a version under a key beside it',
      'x: { prefix: registry.example/prod/api, appVersion: "1" }\n',
      ['told 1:14 registry.example/prod/api'],
    ],
    [
      'a name without one',
      'x: { prefix: registry.example/prod/api, other: "1" }\n',
      ['note 1:14 registry.example/prod/api'],
    ],
    [
      'a name with a version of three numbers under a key of any name',
      'x: { prefix: registry.example/prod/api, rel: v1.0.0-rc.1 }\n',
      ['told 1:14 registry.example/prod/api'],
    ],
    [
      'an address beside a name is no version',
      'x: { prefix: registry.example/prod/api, host: 10.0.0.1, cpu: 0.5 }\n',
      ['note 1:14 registry.example/prod/api'],
    ],
    [
      'registry and name apart',
      'x: { registry: registry.example, imageName: prod/api, build: 1, x-version: "1" }\n',
      ['told 1:45 prod/api'],
    ],
    [
      'a host and a path apart',
      'x: { host: registry.example, path: prod/api, tag: "1" }\n',
      ['told 1:36 prod/api'],
    ],
    [
      'arguments, one of them the tag',
      'args: ["--repo=registry.example/prod/api", "--image-tag=1"]\n',
      ['told 1:16 registry.example/prod/api'],
    ],
    [
      'arguments without one',
      'args: ["--repo=registry.example/prod/api", "--stage=1"]\n',
      ['note 1:16 registry.example/prod/api'],
    ],
    [
      'a prefix that holds a path',
      'x: { imageRegistry: registry.example/prod, image: api }\n',
      ['note 1:51 api'],
    ],
    [
      'a global registry',
      'global: { imageRegistry: registry.example }\napi: { image: "prod/api:1" }\n',
      ['told 2:16 prod/api:1'],
    ],
    ['a known path under an image’s key', 'api: { imageName: prod/api, x: 1 }\n', ['note 1:19 prod/api']],
    ['a known path under another key', 'api: { route: prod/api, version: "1" }\n', []],
    ['another path below a registry', 'x: { registry: registry.example, imageName: prod/other }\n', []],
    [
      'named values',
      'parameters: [{ name: image.path, value: prod/api }, { name: image.registry, value: registry.example }, { name: image.tag, value: "1" }]\n',
      ['told 1:41 prod/api'],
    ],
  ])('%s', (_, text, expected) => expect(mentions(text, 'values.yaml')).toEqual(expected));

  it('that cannot be read, the text is searched all the same', () => {
    expect(
      mentions(
        '{{- if .x }}\nimage: registry.example/prod/api:{{ .tag }}\n{{- end }}\n',
        'chart/templates/a.yaml',
      ),
    ).toEqual(['told 2:8 registry.example/prod/api']);
  });
});

it('says how a mention becomes a pin or is settled', () => {
  const cure = (file: string, text: string) =>
    findMentions(readFile(file, text, [], { known }), known)[0]?.cure;
  expect(cure('a.yaml', 'args: [ "registry.example/prod/api:1" ]\n')).toContain(
    'images.api.pins: [{ files: "a.yaml", path: "args[0]", kind: reference }]',
  );
  expect(cure('a.yaml', 'args: [ "--image=registry.example/prod/api:1" ]\n')).toContain(
    'path: "args[0]", kind: reference }]',
  );
  expect(cure('a.yaml', 'run: x --image=registry.example/prod/api:1 y\n')).toContain('change it by hand');
  expect(cure('a.sh', 'x registry.example/prod/api:1')).toContain('# promote: ignore <reason>');
  expect(cure('noext', 'registry.example/prod/api:1')).toContain('change it by hand');
  expect(cure('a.tf', 'x = "registry.example/prod/api:1"')).toContain('path: "x", kind: reference }]');
  expect(cure('a.yaml', 'x: { prefix: registry.example/prod/api, tag: "1" }\n')).toContain(
    'path: "x.prefix", kind: repository }] and at its tag with a rule of kind: tag',
  );
  expect(cure('a.yaml', 'x: { registry: registry.example, path: prod/api, tag: "1" }\n')).toMatch(
    /^point at its tag with images.api.pins \(kind: tag\), and write/,
  );
  expect(cure('a.yaml', 'args: [ "--repo=registry.example/prod/api", "--tag=1" ]\n')).toContain('by hand');
  expect(cure('a.yaml', '{{ x }}\nargs: [ "registry.example/prod/api:1" ]\n')).toContain('by hand');
  expect(cure('.gitlab-ci.yml', 'x: registry.example/prod/api:1')).toContain('that a CI runs');
});
