import { describe, expect, it } from 'vitest';
import { findSites } from '../../../src/pins/find.ts';
import { editReferences } from '../../../src/plan/refresh/edit-references.ts';
import { countSteps } from '../../count-steps.ts';
import { NEW } from '../marked.ts';
import { expectRewrites, summaries } from '../marked-references.ts';

const DOCKERFILE = { file: 'Dockerfile' } as const;
const found = (text: string) => summaries('Dockerfile', text);

/** Digests to renew or to append, in every way a Dockerfile may be written. */
const DIALECTS: readonly (readonly [string, string])[] = [
  ['a stage', 'FROM node:20«|@NEW»\nRUN true\n'],
  ['a pinned stage', 'FROM node:20@«OLD|NEW»\n'],
  ['lower case and tabs', 'from\tnode:20«|@NEW»\tas\tbuild\n'],
  ['a registry with a port', 'FROM localhost:5000/a/b:1.2«|@NEW» AS x\n'],
  ['a platform', 'FROM --platform=$BUILDPLATFORM node:20@«OLD|NEW» AS build\n'],
  ['several stages', 'FROM node:20@«OLD|NEW» AS a\nFROM debian:12«|@NEW»\nCOPY --from=a /x /x\n'],
  ['COPY --from an image', 'FROM scratch\nCOPY --chown=1:1 --from=nginx:1.27@«OLD|NEW» --link /a /b\n'],
  ['a mount', 'FROM scratch\nRUN --mount=type=bind,source=/a,from=busybox:1.36«|@NEW»,target=/b ls\n'],
  [
    'two mounts',
    'FROM scratch\nRUN --mount=from=a/b:1«|@NEW»,target=/c --mount=type=cache,target=/d,from=a/c:2«|@NEW» x\n',
  ],
  [
    'quoted mounts',
    `FROM scratch\nRUN --mount="from=a/b:1«|@NEW»,target=/c" --mount='type=bind,from=a/c:2@«OLD|NEW»' --mount=type=bind,"from=a/d:3«|@NEW»",rw x\n`,
  ],
  ['the frontend', '# syntax=docker/dockerfile:1.7@«OLD|NEW»\nFROM scratch\n'],
  ['a frontend, spaced and upper case', '#  Syntax =  docker/dockerfile:1«|@NEW» \r\nFROM scratch\r\n'],
  ['a frontend of another language', '// syntax=acme/frontend:1@«OLD|NEW»\nFROM node:20\n'],
  [
    'a frontend of another language, below a shebang',
    '#!/usr/bin/env x\n//syntax = acme/frontend:1«|@NEW»\n{}\n',
  ],
  ['directives in a row', '# escape=`\n# syntax=a/b:1«|@NEW»\nFROM x/y:1«|@NEW»\n'],
  ['a continued line', 'FROM \\\n  --platform=linux/amd64 \\  \n  node:20@«OLD|NEW» \\\n  AS x\n'],
  ['a comment in a continued line', 'FROM \\\n# node:18\n   # more\n\n  node:20«|@NEW»\n'],
  ['a backtick that escapes', '# escape=`\nFROM `\n  a/b:1«|@NEW»\nRUN dir C:\\\nFROM c/d:1«|@NEW»\n'],
  ['quotes', 'FROM "node:20«|@NEW»" AS x\nFROM \'debian:12«|@NEW»\'\n'],
  ['carriage returns', 'FROM node:20«|@NEW»\r\nRUN a \\\r\n b\r\nFROM debian:12@«OLD|NEW»\r\n'],
  ['a byte order mark', '\uFEFFFROM node:20«|@NEW»\n'],
  ['no final line end', 'FROM node:20@«OLD|NEW»'],
  [
    'ONBUILD',
    'FROM node:20«|@NEW»\nONBUILD COPY --from=busybox:1«|@NEW» /a /b\nonbuild run --mount=from=a/b:1«|@NEW» x\n',
  ],
  ['an argument that is the reference', `ARG BASE=node:20«|@NEW»\nFROM \${BASE}\n`],
  ['a quoted argument', `ARG A=1 BASE="node:20@«OLD|NEW»"\nFROM $BASE AS one\nFROM \${BASE} AS two\n`],
  ['a default', `ARG BASE\nFROM \${BASE:-node:20«|@NEW»}\n`],
  ['a digest behind arguments', `ARG V=20\nARG S=-slim\nFROM node:\${V}\${S}@«OLD|NEW»\n`],
  ['a digest in an argument', `ARG DIGEST=«OLD|NEW»\nFROM node:20@\${DIGEST}\n`],
  [
    'two references that share an argument',
    `ARG V=20\nFROM node:$V@«OLD|NEW»\nFROM node:\${V}-slim@«OLD|NEW»\n`,
  ],
  ['an argument of arguments', 'ARG R=ghcr.io/acme\nARG B=$R/base:1@«OLD|NEW»\nFROM $B\n'],
  ['an argument of a stage, unread', 'ARG V=20\nFROM a/b:1«|@NEW»\nARG V=21\nRUN echo $V\n'],
];

describe('a Dockerfile', () => {
  it.each(DIALECTS)('has %s rewritten and nothing else', (_, text) => {
    expectRewrites(text, DOCKERFILE);
  });

  it.each([
    [
      'a heredoc',
      'FROM scratch\nRUN <<EOF\nFROM node:20\nEOF\nCOPY --from=a/b:1 <<"X" <<-Y /c/\nFROM c\nX\nFROM d\n\tY\nFROM e/f:1\n',
      ['COPY[0] 5 a/b:1', 'FROM[1] 10 e/f:1'],
    ],
    [
      'a shift and a here-string, which are no heredocs',
      'FROM scratch\nRUN echo $((1<<2)) <<<word\nFROM a/b:1\n',
      ['FROM[1] 3 a/b:1'],
    ],
    [
      'heredocs whose names are quoted, escaped or apart',
      'FROM scratch\nRUN <<"A B" cat\nFROM a\nA B\nRUN <<E\'O\'F\nFROM b\nEOF\nRUN cat << X > y\nFROM c\nX\nRUN <<Y\\ Z\nFROM d\nY Z\nFROM e/f:1\n',
      ['FROM[1] 14 e/f:1'],
    ],
    ['a shift that stands apart', 'FROM scratch\nRUN echo $((1 << 2))\nFROM a/b:1\n', ['FROM[1] 3 a/b:1']],
    ['a heredoc without an end', 'FROM scratch\nRUN <<EOF\nFROM a/b:1\n', []],
    ['a comment', '# FROM a/b:1\n  # FROM c/d:1\nFROM e/f:1\n', ['FROM[0] 3 e/f:1']],
    ['a continued command', 'FROM scratch\nRUN a \\\nFROM b/c:1\n', []],
    ['an escaped continuation', 'FROM scratch\nRUN a \\\\\nFROM b/c:1\n', ['FROM[1] 3 b/c:1']],
    ['a syntax line that comes too late', 'FROM scratch\n# syntax=a/b:1\n', []],
    ['a syntax line below a comment', '# hello\n# syntax=a/b:1\nFROM scratch\n', []],
    [
      'another command that mentions an image',
      'FROM scratch\nLABEL from=a/b:1\nENV X=--from=c/d:1\nCOPY a --from=e/f:1\n',
      [],
    ],
  ])('is read past %s', (_, text, references) => {
    expect(found(text).filter(line => !line.includes('scratch'))).toEqual(references);
  });

  it.each([
    ['scratch', 'FROM scratch', 'internal'],
    ['an earlier stage', 'FROM a/b:1 AS Build\nFROM build', 'internal'],
    ['a stage by its number', 'FROM a/b:1\nCOPY --from=0 /a /b', 'internal'],
    ['a later stage', 'FROM a/b:1\nCOPY --from=last /a /b\nFROM c/d:1 AS last', 'internal'],
    ['an argument without a default', `ARG X\nFROM \${X}`, 'unresolved'],
    ['an argument that is not there', `FROM node:\${V}`, 'unresolved'],
    ['an argument of the platform', `FROM base-\${TARGETARCH}`, 'unresolved'],
    ['a pattern', `ARG V=20\nFROM node:\${V%0}`, 'unresolved'],
    ['a variable where none is read', `ARG V=20\nFROM a/b:1\nCOPY --from=node:\${V} /a /b`, 'unresolved'],
    ['no reference', 'FROM Node:20', 'unreadable'],
  ])('has %s explained and left alone', (_, text, why) => {
    const explained = findSites('Dockerfile', text).filter(({ kind }) => kind === 'explained');
    expect(explained).toEqual([expect.objectContaining({ why })]);
  });

  it('takes the name of a later stage for an image, where a stage starts from it', () => {
    expect(found('FROM node\nFROM a/b:1 AS node\n')).toEqual(['FROM[0] 1 node', 'FROM[1] 2 a/b:1']);
  });
});

describe('a tag', () => {
  const move = { ...DOCKERFILE, targets: { 'node:20-alpine': { tag: '22-alpine' } } };
  it.each([
    ['where it stands', 'FROM node:«20-alpine|22-alpine» AS x\n'],
    ['in an argument', 'ARG V=«20-alpine|22-alpine»\nFROM node:$V\n'],
    ['in an argument that is a part of it', `ARG V=«20|22»\nFROM node:\${V}-alpine\n`],
    ['in a default', `FROM node:\${V:-«20|22»}-alpine\n`],
    [
      'in one of several arguments',
      `ARG V="«20|22»" S=-alpine\nFROM node:\${V}\${S}\nFROM node:$V$S AS again\n`,
    ],
  ])('is moved %s', (_, text) => {
    expectRewrites(text, move);
  });

  it('is moved together with the digest behind it', () => {
    const targets = { [`node:20@sha256:${'1'.repeat(64)}`]: { tag: '22', digest: NEW } };
    expectRewrites('ARG V=«20|22»\nFROM node:$V@«OLD|NEW»\n', { ...DOCKERFILE, targets });
  });

  it.each([
    ['composed of several arguments', 'ARG A=2 B=0\nFROM node:$A$B\n', 'node:20', { tag: '31' }],
    [
      'whose argument another reference has',
      'ARG V=20\nFROM node:$V\nFROM deno:$V\n',
      'node:20',
      { tag: '22' },
    ],
    ['composed, and asked to take a digest', 'ARG V=20\nFROM node:$V\n', 'node:20', { digest: NEW }],
  ])('is refused where it is %s', (_, text, written, target) => {
    const edit = () => editReferences('Dockerfile', text, [{ locator: 'FROM[0]', written, target }]);
    expect(edit).toThrow(expect.objectContaining({ code: 'INVALID' }));
  });
});

it('refuses an edit of what has changed since it was read', () => {
  const edit = (text: string) =>
    editReferences('Dockerfile', text, [{ locator: 'FROM[0]', written: 'node:20', target: { tag: '22' } }]);
  expect(edit('FROM node:22\n')).toBe('FROM node:22\n');
  expect(() => edit('FROM node:21\n')).toThrow(expect.objectContaining({ code: 'PLAN_CHANGED' }));
  expect(() => edit('RUN true\n')).toThrow(expect.objectContaining({ code: 'PLAN_CHANGED' }));
});

it.each([
  ['shifts that look like heredocs', 'RUN echo $((1 << SHIFT))\n'],
  ['several of them in a line', 'RUN echo $((1 << A)) $((1 << B)) $((1 << C))\n'],
  ['heredocs of one name', 'RUN <<EOF\ntrue\nEOF\n'],
])('is read in steps that grow as it does, with %s', (_, line) => {
  const steps = (n: number) => countSteps(() => findSites('Dockerfile', `FROM a\n${line.repeat(n)}`));
  findSites('Dockerfile', `FROM a\n${line.repeat(500)}`);
  const [once, twice, fourfold] = [steps(500), steps(1_000), steps(2_000)];
  expect(twice).toBeLessThan(3 * once);
  expect(fourfold).toBeLessThan(8 * once);
});
