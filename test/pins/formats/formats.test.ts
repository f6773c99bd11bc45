import { describe, expect, it } from 'vitest';
import { fileFormat, isCiFile } from '../../../src/pins/formats.ts';
import { expectRewrites, summaries } from '../marked-references.ts';

const COMPOSE = `x-db: &db { image: "postgres:16@«OLD|NEW»" } # a comment
services:
  web:
    image: nginx:1.27«|@NEW»   # kept
  db: *db
  copy: *db
  cache:
    image: 'redis:\${REDIS:-7.2}@«OLD|NEW»'
  one: { image: busybox:1.36«|@NEW», command: [ a,b ] }
  two:
    image: \${IMAGE-alpine:3.20«|@NEW»}
  built: { build: ., image: acme/web:1 }
  unknown: { image: "acme/api:$TAG" }
`;

const GITLAB = `default: { image: node:20«|@NEW» }
image: "ruby:3.3@«OLD|NEW»"
services: [ postgres:16«|@NEW», { name: redis:7«|@NEW», alias: cache } ]
variables: { image: not/an:image }
include: { image: a/b:1 }
.base:
  image:
    name: golang:1.22«|@NEW»
    entrypoint: [""]
test:
  image: $CI_REGISTRY_IMAGE/test:1
  services:
    - name: docker:27-dind@«OLD|NEW»
      alias: docker
    - mysql:8«|@NEW»
  script: ["echo image: a/b:1"]
other:
  image: !reference [.base, image]
`;

const WORKFLOW = `on: push
jobs:
  test:
    container: node:20«|@NEW»
    services:
      db: { image: "postgres:16@«OLD|NEW»", env: { image: x/y:1 } }
    steps:
      - uses: actions/checkout@v4
      - uses: docker://alpine:3.20«|@NEW»
      - run: |
          image: a/b:1
  build:
    container:
      image: docker://golang:1.22«|@NEW» # kept
  matrix:
    container: \${{ matrix.image }}
`;

const ACTION = `runs:
  using: docker
  image: docker://ghcr.io/acme/tool:1«|@NEW»
`;

const DEVCONTAINER = `// a comment: "image": "a/b:1"
{
	"name": "dev", // https://example.com
	/* "image": "c/d:1" */
	"image": "mcr.microsoft.com/devcontainers/base:bookworm@«OLD|NEW»",
	"features": { "./local": {}, "node": "20", "https://example.com/a.tgz": {}, },
}
`;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      initContainers: [{ name: wait, image: "busybox:1.36«|@NEW»" }]
      containers:
        - name: proxy
          image: envoyproxy/envoy:v1.30.2@«OLD|NEW» # kept
`;

describe('every reference of a file is rewritten, and nothing else', () => {
  it.each([
    ['compose', 'compose.yaml', COMPOSE],
    ['gitlab-ci', '.gitlab-ci.yml', GITLAB],
    ['github-workflow', '.github/workflows/ci.yml', WORKFLOW],
    ['github-workflow', 'action.yml', ACTION],
    ['devcontainer', '.devcontainer/devcontainer.json', DEVCONTAINER],
    ['deployment', 'apps/web.yaml', DEPLOYMENT],
  ] as const)('in %s, %s', (_, file, text) => {
    expectRewrites(text, { file });
    expectRewrites(text.replaceAll('\n', '\r\n'), { file });
  });
});

it('names what it leaves alone, and why', () => {
  const explained = (file: string, text: string) => summaries(file, text).filter(line => line.endsWith(')'));
  expect(explained('compose.yaml', COMPOSE)).toEqual([
    '0:services.built.image 12 acme/web:1 (internal)',
    '0:services.unknown.image 13 acme/api:$TAG (unresolved)',
  ]);
  expect(explained('.gitlab-ci.yml', GITLAB)).toEqual([
    '0:test.image 11 $CI_REGISTRY_IMAGE/test:1 (unresolved)',
  ]);
  expect(explained('.github/workflows/a.yml', WORKFLOW)).toEqual([
    `0:jobs.matrix.container 16 \${{ matrix.image }} (unresolved)`,
  ]);
  expect(explained('compose.yml', 'services:\n  a:\n    image: "a/\\x62:1"\n')).toEqual([
    '0:services.a.image 3 a/b:1 (unreadable)',
  ]);
});

describe('a comment', () => {
  it.each([
    ['Dockerfile', '# promote: ignore pinned by hand\nFROM a/b:1\n'],
    ['Dockerfile', 'ARG V=1\n# promote:ignore pinned by hand\nFROM a/b:$V\n'],
    ['Dockerfile', '# promote: ignore pinned by hand\nARG V=1\nFROM a/b:$V\n'],
    ['compose.yaml', 'services:\n  a:\n    image: a/b:1 # promote: ignore pinned by hand\n'],
    ['values.yaml', '# promote: ignore pinned by hand\nimage: ghcr.io/a/b:1\n'],
    ['.devcontainer.json', '{\n  "image": "a/b:1", // promote: ignore pinned by hand\n}\n'],
  ])('keeps a reference of %s as it is: %s', (file, text) => {
    expect(summaries(file, text).map(line => line.replace(/^\S+ \S+ (?:ghcr.io\/)?/, ''))).toEqual([
      'a/b:1 (ignored)',
    ]);
  });

  it('does not reach past its line and the next', () => {
    const text = '# promote: ignore\n\nFROM a/b:1\nRUN x # promote: ignore\nFROM c/d:1\n';
    expect(summaries('Dockerfile', text)).toEqual(['FROM[0] 3 a/b:1', 'FROM[1] 5 c/d:1']);
  });
});

it.each([
  ['Dockerfile', 'dockerfile'],
  ['a/Dockerfile.dev', 'dockerfile'],
  ['a/web.Dockerfile', 'dockerfile'],
  ['Containerfile', 'dockerfile'],
  ['Dockerfile.dockerignore', undefined],
  ['docs/Dockerfile/readme.md', undefined],
  ['docker-compose.yml', 'compose'],
  ['compose.prod.yaml', 'compose'],
  ['docker-compose-test.yml', 'compose'],
  ['.gitlab-ci.yml', 'gitlab-ci'],
  ['ci/build.gitlab-ci.yml', 'gitlab-ci'],
  ['.github/workflows/ci.yaml', 'github-workflow'],
  ['.github/dependabot.yml', undefined],
  ['tool/action.yml', 'github-workflow'],
  ['.devcontainer.json', 'devcontainer'],
  ['.devcontainer/node/devcontainer.json', 'devcontainer'],
  ['apps/values.yaml', undefined],
] as const)('%s is %s', (path, format) => {
  expect(fileFormat(path)?.name).toBe(format);
});

it('recognises the files that a CI runs', () => {
  const paths = [
    '.github/workflows/a.yml',
    '.github/actions/x/action.yml',
    '.gitlab-ci.yml',
    'action.yml',
    'Dockerfile',
  ];
  expect(paths.filter(isCiFile)).toEqual([
    '.github/workflows/a.yml',
    '.github/actions/x/action.yml',
    '.gitlab-ci.yml',
  ]);
});
