import { describe, expect, it } from 'vitest';
import { findSites } from '../../../src/pins/find.ts';
import { namesRepository } from '../../../src/pins/site/site.ts';
import { refusalOf } from '../../../src/plan/refresh/reference-target.ts';
import { marked, NEW } from '../marked.ts';
import { expectRewrites, summaries } from '../marked-references.ts';

const INLINE = `services:
  web:
    build:
      context: .
      dockerfile_inline: |-
        # syntax=docker/dockerfile:1«|@NEW»
        ARG BASE=node:20@«OLD|NEW»

        FROM $\${BASE} AS build
          FROM \${RUNTIME:-alpine:3.20«|@NEW»} # kept
        RUN <<EOF
        FROM not/an:image
        EOF
        COPY --from=build /a /b
      additional_contexts:
        base: docker-image://debian:12«|@NEW»
        other: ../other
  api:
    build:
      dockerfile_inline: FROM nginx:1.27@«OLD|NEW»
      additional_contexts: [ "tools=docker-image://a/b:1«|@NEW»", x=./y ]
  db: { image: "postgres:16«|@NEW»" }
`;

const VARIABLES = `variables:
  NODE: node:20@«OLD|NEW»
  RUBY: { value: "ruby:3.3«|@NEW»", description: "the ruby, as in RUBY: a/b:1" }
  REGISTRY: ghcr.io/acme
  GO_DIGEST: '«OLD|NEW»'
  TOOL: "$REGISTRY/tool:1@«OLD|NEW»"
default: { image: $NODE }
.base:
  variables: { NODE: "node:18«|@NEW»" }
test:
  extends: .base
  image: \${NODE}
  services: [ $RUBY, { name: $TOOL } ]
build:
  extends: [ .base ]
  variables: { NODE: node:22«|@NEW» }
  image: { name: $NODE }
lint:
  image: golang:1.22@$GO_DIGEST
  inherit: { variables: [ GO_DIGEST ] }
`;

describe('a reference is rewritten where it is written, and nothing else', () => {
  it.each([
    ['a Dockerfile within a compose file', 'compose.yaml', INLINE],
    ['the variables of a GitLab CI file', '.gitlab-ci.yml', VARIABLES],
  ] as const)('in %s', (_, file, text) => {
    expectRewrites(text, { file });
    expectRewrites(text.replaceAll('\n', '\r\n'), { file });
  });

  it('as a tag in a variable', () => {
    const targets = { 'node:20-alpine': { tag: '22-alpine' } };
    const text = `variables: { NODE_VERSION: "«20|22»" }\ntest: { image: "node:\${NODE_VERSION}-alpine" }\n`;
    expectRewrites(text, { file: '.gitlab-ci.yml', targets });
  });

  it('as the tag of a feature of a dev container', () => {
    const targets = { 'ghcr.io/devcontainers/features/node:1': { tag: '2' } };
    const text = `{ "features": { // kept\n\t"ghcr.io/devcontainers/features/node:«1|2»": { "version": "20" },\n} }\n`;
    expectRewrites(text, { file: '.devcontainer.json', targets });
  });
});

describe('what has no value in the file is explained', () => {
  const explained = (file: string, text: string) => summaries(file, text).filter(line => line.endsWith(')'));

  it.each([
    ['a variable of the project', 'test: { image: $PROJECT_IMAGE }'],
    ['a variable within a variable', 'variables: { A: "$CI_REGISTRY/a:1" }\ntest: { image: $A }'],
    ['a variable of itself', `variables: { A: "\${A}" }\ntest: { image: $A }`],
    ['an input', 'test: { image: "$[[ inputs.image ]]" }'],
    [
      'one of a matrix',
      'variables: { A: a/b:1 }\ntest: { image: $A, parallel: { matrix: [ { A: [ a/b:1, a/b:2 ] } ] } }',
    ],
    [
      'one that the job does not inherit',
      'variables: { A: a/b:1 }\ntest: { image: $A, inherit: { variables: false } }',
    ],
    [
      'one of others that it inherits',
      'variables: { A: a/b:1, B: b }\ntest: { image: $A, inherit: { variables: [ B ] } }',
    ],
    [
      'one that a job it extends does not inherit',
      '.base: { inherit: { variables: false } }\nvariables: { A: a/b:1 }\ntest: { image: $A, extends: .base }',
    ],
    ['one that is written with escapes', 'variables: { A: "a\\x2fb:1" }\ntest: { image: $A }'],
  ])('in GitLab CI: %s', (_, text) => {
    expect(explained('.gitlab-ci.yml', `${text}\n`)).toEqual([
      expect.stringMatching(/^0:test\.image \d .* \(unresolved\)$/),
    ]);
  });

  it('in a Dockerfile within a compose file', () => {
    const inline = (text: string) =>
      explained('compose.yaml', `services: { a: { build: { dockerfile_inline: ${text} } } }\n`);
    expect(inline(`'FROM node:\${VERSION}'`)).toEqual([
      `0:services.a.build.dockerfile_inline FROM[0] 1 node:\${VERSION} (unresolved)`,
    ]);
    expect(inline('"FROM a/\\x62:1"')).toEqual([
      '0:services.a.build.dockerfile_inline 1 dockerfile_inline (unreadable)',
    ]);
  });
});

it('keeps what a comment within a Dockerfile within a compose file says to ignore', () => {
  const text = marked(INLINE).before.replace('# kept', '# promote: ignore by hand');
  const ignored = findSites('compose.yaml', text).filter(
    site => site.kind === 'explained' && site.why === 'ignored',
  );
  expect(ignored).toEqual([expect.objectContaining({ reason: 'by hand', written: 'alpine:3.20', line: 10 })]);
});

it('adds no digest to a feature, which is named by its tag or by a digest', () => {
  const text = '{ "features": { "ghcr.io/devcontainers/features/node:1": {} } }';
  const [site] = findSites('.devcontainer.json', text).filter(namesRepository);

  expect(site && refusalOf(site, { digest: NEW })).toMatch(/by its tag or by a digest/);
});
