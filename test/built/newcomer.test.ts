import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { build, push } from '../e2e/shop.ts';
import { startRegistry } from '../servers/registry.ts';
import { plain, shownIn, words } from '../shown.ts';
import { runPromote } from './run-promote.ts';

/** What the section has one type, and what it shows as printed. */
const STEPS = shownIn('README.md');

const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec: { template: { spec: { containers: [{ name: api, image: "${image}" }] } } }
`;
const kustomization = (name: string, tag: string) => `resources: [../../base]
images:
  - name: api
    newName: ${name}
    newTag: ${tag}
`;

const KINDS: readonly (readonly [string, (registry: string) => Readonly<Record<string, string>>])[] = [
  [
    'Helm values',
    registry => ({
      'staging/values.yaml': `image:\n  repository: ${registry}/staging/api\n  tag: 1.1.0\n`,
      'production/values.yaml': `image:\n  repository: ${registry}/production/api\n  tag: 1.0.0\n`,
    }),
  ],
  [
    'plain manifests',
    registry => ({
      'staging/api.yaml': deployment(`${registry}/staging/api:1.1.0`),
      'production/api.yaml': deployment(`${registry}/production/api:1.0.0`),
    }),
  ],
  [
    'kustomize overlays',
    registry => ({
      'base/api.yaml': deployment('api'),
      'base/kustomization.yaml': 'resources: [api.yaml]\n',
      'overlays/staging/kustomization.yaml': kustomization(`${registry}/staging/api`, '1.1.0'),
      'overlays/production/kustomization.yaml': kustomization(`${registry}/production/api`, '1.0.0'),
    }),
  ],
];

it.each(KINDS)('a newcomer promotes by the README alone, in a repository of %s', async (kind, files) => {
  const registry = await startRegistry();
  onTestFinished(() => registry.stop());
  await push(build('1.1.0'), `${registry.host}/staging/api:1.1.0`);
  await push(build('1.0.0'), `${registry.host}/production/api:1.0.0`);
  const directory = mkdtempSync(join(tmpdir(), 'newcomer-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [path, text] of Object.entries(files(registry.host))) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const env = { PATH: process.env.PATH, HOME: directory, ...PERSON };
  const shell = (command: string) =>
    execFileSync('sh', ['-c', command], { cwd: directory, env, encoding: 'utf8' });
  shell('git init --quiet --initial-branch main && git add . && git commit --quiet --message Deploy');

  expect(STEPS.length).toBeGreaterThan(3);
  expect(STEPS.length).toBeLessThanOrEqual(6);
  for (const { command, printed } of STEPS) {
    if (!command.startsWith('promote ')) {
      shell(command);
      continue;
    }
    const ran = await runPromote(directory, env, words(command).slice(1));
    expect(ran, command).toMatchObject({ code: 0 });
    const shown = plain(
      printed.replaceAll('~/gitops', directory).replaceAll(/ghcr\.io(\/acme)?/g, registry.host),
    );
    if (kind === 'Helm values') expect(plain(ran.stdout)).toBe(shown);
  }
  expect(shell('git show promote/production/all')).toMatch(/^\+.*sha256:/m);
});

const PERSON = {
  GIT_AUTHOR_NAME: 'ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};
