import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkPlaceholders, isCiFile } from '../../src/plan/check-placeholders.ts';

const ROOT = join(import.meta.dirname, '../..');

it.each(globSync('templates/github/*.yml', { cwd: ROOT }))('finds what is left to fill in: %s', path => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const left = checkPlaceholders('.github/workflows/x.yml', text);
  expect(left).toHaveLength([...text.matchAll(/(?:uses: <owner>|image: <image>)/g)].length);
  expect(left.every(({ severity }) => severity === 'error')).toBe(true);
  const filled = text
    .replaceAll('<owner>/<repository>', 'acme/promote')
    .replaceAll('<image>@<digest>', 'registry.example/promote@sha256:0');
  expect(checkPlaceholders('.github/workflows/x.yml', filled)).toEqual([]);
});

it.each([
  ['  - component: $CI_SERVER_FQDN/<project>/promote@1.0.0', 1],
  ['    inputs: { environment: qa, container: "registry.example/promote@<digest>" }', 1],
  ['#     - component: $CI_SERVER_FQDN/<project>/promote@<version>', 0],
  ['  script: echo "<owner>"', 0],
  ['  - uses: acme/promote/actions/promote@v1 # <owner>', 0],
])('%s: %i', (line, count) => {
  expect(checkPlaceholders('.gitlab-ci.yml', `a:\n${line}\n`)).toHaveLength(count);
});

it.each([
  ['.github/workflows/promote.yml', true],
  ['.gitlab-ci.yml', true],
  ['.gitlab/ci/promote.yaml', true],
  ['templates/github/after-build.yml', false],
  ['docs/.github/workflows/x.yml', false],
])('a CI runs %s: %s', (path, isRun) => {
  expect(isCiFile(path)).toBe(isRun);
});
