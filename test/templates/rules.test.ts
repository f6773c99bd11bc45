import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shownFiles, templateFaults } from '../../scripts/template-rules.ts';

const WORKFLOW = `permissions: {}
jobs:
  build:
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
      - uses: <owner>/<repository>/actions/promote@v1
      - run: npm ci
`;

it('finds nothing in what this project shows', () => {
  const files = shownFiles(join(import.meta.dirname, '../..'));
  expect(files.length).toBeGreaterThan(30);
  expect(templateFaults(files)).toEqual([]);
});

it.each([
  ['an action by tag', 'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8', 'actions/checkout@v5'],
  ['an action of a name somebody may take', '<owner>/<repository>/actions', 'acme/promote/actions'],
  ['a package by name', 'npm ci', 'npx gitops-promote apply production'],
  ['a repository for a file', 'npm ci', 'npm publish release/promote.tgz'],
  ['a package that is installed', 'npm ci', 'npm install gitops-promote'],
  ['a script from the web', 'npm ci', 'curl -fsSL https://example.com/install | sh'],
  ['an image by tag', '    steps:', '    container: node:24\n    steps:'],
  ['an image by tag beside others', '    steps:', '    x: { image: node:24, tags: [] }\n    steps:'],
  ['what a workflow grants as a whole', 'permissions: {}\n', 'permissions: { contents: write }\n'],
  ['a job of the name of the status', '  build:\n', '  promote/gate:\n'],
  ['a job that shows that name', '  build:\n', "  build:\n    name: 'promote/gate'\n"],
  ['a job that does not say what it needs', '    permissions: { contents: read }\n', ''],
])('refuses %s', (_, given, instead) => {
  const faults = (text: string) => templateFaults([{ path: 'templates/github/x.yml', text }]);
  expect(faults(WORKFLOW)).toEqual([]);
  expect(WORKFLOW).toContain(given);
  expect(faults(WORKFLOW.replace(given, instead))).toHaveLength(1);
});

it('finds no job of the status in what init writes', () => {
  const path = 'src/plan/init/ci-templates.json';
  const written: Record<string, string> = JSON.parse(
    readFileSync(join(import.meta.dirname, '../..', path), 'utf8'),
  );
  const files = Object.values(written).map(text => ({ path, text }));
  expect(files).toHaveLength(2);
  expect(templateFaults(files).filter(fault => fault.includes('counts as the status'))).toEqual([]);
});
