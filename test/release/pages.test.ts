import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).optional(),
});
const job = z.object({
  if: z.string().optional(),
  needs: z.string().optional(),
  permissions: z.record(z.string(), z.string()),
  steps: z.array(step),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.strictObject({}),
  jobs: z.strictObject({ build: job, publish: job }),
});
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { on, jobs } = workflow.parse(parse(read('.github/workflows/pages.yml')));

it('the site is published from main alone, by a job that runs no code of a checkout', () => {
  expect(on).toEqual({ push: { branches: ['main'] }, workflow_dispatch: null });
  expect(jobs.build.permissions).toEqual({ contents: 'read' });
  expect(jobs.publish.permissions).toEqual({ pages: 'write', 'id-token': 'write' });
  expect(jobs.publish.needs).toBe('build');
  expect(jobs.publish.steps.map(({ uses = '' }) => uses.split('@')[0])).toEqual(['actions/deploy-pages']);
});

it('what is published is what the CI builds, under the base that the site is built for', () => {
  const steps = jobs.build.steps;
  const building = steps.find(({ run = '' }) => run.includes('--prefix site'));
  expect(read('.github/workflows/ci.yml')).toContain(`- run: ${building?.run}\n`);
  expect([jobs.build.if, building?.env]).toEqual([
    "vars.DOCS_BASE != ''",
    { DOCS_BASE: expect.stringContaining('vars.DOCS_BASE') },
  ]);
  expect(read('site/.vitepress/config.ts')).toContain('base: DOCS_BASE');
  const path = steps.find(({ uses = '' }) => uses.startsWith('actions/upload-pages-artifact@'))?.with?.path;
  expect(read('.github/workflows/ci.yml')).toContain(`path: ${path}, `);
});
