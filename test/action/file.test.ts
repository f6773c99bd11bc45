import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pathInRepository } from '../../src/action/file.ts';

const SERVER = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'acme/gitops' };

it.each([
  ['.', 'environments.yaml', 'environments.yaml'],
  ['.', './deploy/../deploy/environments.yaml', 'deploy/environments.yaml'],
  ['gitops', 'gitops/environments.yaml', undefined],
  ['.', 'https://github.com/acme/gitops//deploy/environments.yaml@main', 'deploy/environments.yaml'],
  ['.', 'https://github.com/acme/gitops-2//environments.yaml', undefined],
])(
  "annotates a file only where it is the own repository's: checkout at %s, %s",
  async (checkout, file, path) => {
    const workspace = await mkdtemp(join(tmpdir(), 'promote-workspace-'));
    onTestFinished(() => rm(workspace, { recursive: true, force: true }));
    await mkdir(join(workspace, checkout, '.git'), { recursive: true });
    const env = { ...SERVER, GITHUB_WORKSPACE: workspace };
    expect(pathInRepository(file, { cwd: workspace, env })).toBe(path);
  },
);
