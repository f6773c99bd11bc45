import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { templateFaults } from '../../../scripts/template-rules.ts';
import { checkPlaceholders } from '../../../src/plan/check-placeholders.ts';
import { type CiPlace, ciFile } from '../../../src/plan/init/ci-file.ts';
import templates from '../../../src/plan/init/ci-templates.json' with { type: 'json' };

const COMMIT = 'a'.repeat(40);
const IMAGE = `registry.example/promote@sha256:${'0'.repeat(64)}`;
const GITHUB: CiPlace = {
  kind: 'github',
  environments: ['staging', 'production'],
  hosts: ['ghcr.io'],
  release: { repository: 'acme/promote', pinned: { commit: COMMIT } },
  signs: false,
};
const GITLAB: CiPlace = { ...GITHUB, kind: 'gitlab', release: { image: IMAGE } };

const secret = (name: string) => `\${{ secrets.${name} }}`;

/** The path that the rules know the file by, and its text. */
function written(place: CiPlace) {
  const path = place.kind === 'github' ? '.github/workflows/promote.yml' : '.gitlab-ci.yml';
  const { text, notes } = ciFile(place);
  expect(templateFaults([{ path, text }])).toEqual([]);
  expect(checkPlaceholders(path, text)).toEqual([]);
  expect(text).not.toMatch(/\$\[\[|<owner>|<digest>|Copy to/);
  return { text, notes, file: parse(text, { merge: true }) };
}

it('is made from the templates as they are', () => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, '../../../templates', path), 'utf8');
  expect(templates, 'run node scripts/ci-templates.ts').toEqual({
    github: read('github/sweep.yml'),
    gitlab: read('pipeline.yml'),
  });
});

it('is a workflow for these environments, with our actions by commit and a login to these registries', () => {
  const { text, notes, file } = written(GITHUB);
  expect(file.jobs.promote.strategy.matrix).toEqual({ environment: ['staging', 'production'] });
  const [login, promote] = file.jobs.promote.steps;
  expect(login.run).toContain('docker login ghcr.io');
  expect(promote.uses).toBe(`acme/promote/actions/promote@${COMMIT}`);
  expect(promote.env).toBeUndefined();
  expect(text).toContain(`acme/promote/actions/status@${COMMIT}`);
  expect(notes).toEqual([]);
});

it('says which secrets a workflow needs, and gives them to the step that signs', () => {
  const { notes, file } = written({
    ...GITHUB,
    hosts: ['registry.acme.example:5000', 'eu.gcr.io'],
    signs: true,
  });
  const [login, promote] = file.jobs.promote.steps;
  expect(login.run).toContain('docker login registry.acme.example:5000');
  expect(login.env).toEqual({
    USERNAME: secret('REGISTRY_ACME_EXAMPLE_5000_USER'),
    PASSWORD: secret('REGISTRY_ACME_EXAMPLE_5000_PASSWORD'),
  });
  expect(promote.env).toEqual({
    COSIGN_PRIVATE_KEY: secret('COSIGN_PRIVATE_KEY'),
    COSIGN_PASSWORD: secret('COSIGN_PASSWORD'),
  });
  expect(promote.with.environment).toMatch(/^\$\{\{ matrix\.environment \}\}$/);
  expect(notes).toEqual([
    expect.stringContaining('REGISTRY_ACME_EXAMPLE_5000_USER'),
    expect.stringContaining('a login to eu.gcr.io'),
    expect.stringContaining('COSIGN_PRIVATE_KEY'),
  ]);
});

it("is a pipeline of the project's own jobs, with every input in its place", () => {
  const { notes, file } = written({ ...GITLAB, hosts: ['registry.gitlab.com', 'ghcr.io'], signs: true });
  expect(Object.keys(file)).toEqual(['read-environments', 'promote']);
  expect(file['read-environments']).toMatchObject({
    stage: 'deploy',
    image: IMAGE,
    variables: {
      PROMOTE_FILE: 'environments.yaml',
      PROMOTE_IMAGES: '',
      PROMOTE_COMMAND: 'promote',
      PROMOTE_CONTAINER: IMAGE,
      PROMOTE_TAGS: '',
    },
  });
  expect(notes).toEqual([
    expect.stringContaining('PROMOTE_GITLAB_TOKEN'),
    expect.stringContaining('where ghcr.io needs a login'),
    expect.stringContaining('COSIGN_PRIVATE_KEY'),
  ]);
});
