import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readAction } from '../action/step.ts';

const ROOT = join(import.meta.dirname, '../..');
const OURS = /^<owner>\/<repository>\/actions\/([a-z]+)@v1$/;

const step = z.object({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const permissions = z.record(z.string(), z.enum(['read', 'write']));
const concurrency = z.object({
  group: z.string(),
  'cancel-in-progress': z.boolean().optional(),
  queue: z.literal('max').optional(),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.strictObject({}),
  concurrency: concurrency.optional(),
  jobs: z.record(
    z.string(),
    z.object({
      permissions,
      if: z.string().optional(),
      environment: z.string().optional(),
      concurrency: concurrency.optional(),
      outputs: z.record(z.string(), z.string()).optional(),
      steps: z.array(step),
    }),
  ),
});

/** What the action's writes need, and nothing else that a template may grant. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  contents: ['read', 'write'],
  'pull-requests': ['read', 'write'],
  statuses: ['write'],
  packages: ['read', 'write'],
  actions: ['read', 'write'],
  // What the job of the first attempt noted, where a run is run again.
  checks: ['read'],
  // The one issue of what is vulnerable.
  issues: ['write'],
  // GitHub Pages: who sees a site, and its publication, which proves whose it is.
  pages: ['read', 'write'],
  'id-token': ['write'],
};

const ACTIONS = globSync('actions/*/action.yml', { cwd: ROOT }).map(path => basename(dirname(path)));
const TEMPLATES = globSync('templates/github/*.yml', { cwd: ROOT }).map(path => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, ...workflow.parse(parse(text)) };
});
const STEPS = TEMPLATES.flatMap(({ path, jobs }) =>
  Object.values(jobs).flatMap(({ steps }) => steps.map(found => ({ path, ...found }))),
);

describe.each(TEMPLATES)('$path', ({ text, jobs, concurrency: whole, on }) => {
  it('grants each job what it needs and nothing else', () => {
    for (const job of Object.values(jobs)) {
      for (const [name, access] of Object.entries(job.permissions))
        expect(NEEDED[name], name).toContain(access);
      const promotes = job.steps.some(({ uses = '', with: given }) => writes(uses, given));
      const canWrite = job.permissions.contents === 'write';
      const hasOwnToken = !job.steps.some(({ with: given }) => given !== undefined && 'app-key' in given);
      expect(canWrite).toBe(promotes && hasOwnToken);
    }
  });

  // https://docs.github.com/actions: a group keeps one pending run and cancels an older one, unless `queue: max` is set.
  it('lets no two promotions of one environment run at once, and drops no waiting one', () => {
    for (const job of Object.values(jobs)) {
      if (!job.steps.some(({ uses = '', with: given }) => writes(uses, given))) continue;
      const { group, queue } = concurrency.parse(job.concurrency);
      expect({ group, queue }).toEqual({
        group: expect.stringMatching(/^(promote|rollback)-/),
        queue: 'max',
      });
    }
  });

  it('holds no group while it waits for people', () => {
    expect(whole).toBeUndefined();
    for (const job of Object.values(jobs))
      if (job.environment !== undefined) expect(job.concurrency).toBeUndefined();
  });

  it('signs with the identity of the default branch', () => {
    if (!('pull_request_review' in on)) return;
    for (const job of Object.values(jobs)) {
      if (!job.steps.some(({ uses = '' }) => uses.includes('actions/'))) continue;
      expect(job.if).toContain("github.event_name != 'pull_request_review'");
    }
  });

  it('never runs for a fork with a token that may write', () => {
    if ('pull_request_target' in on) {
      // The gate reads what strangers propose, and can do nothing but say what it thinks of it.
      for (const { permissions: granted, steps } of Object.values(jobs)) {
        expect(granted).toEqual({ contents: 'read', 'pull-requests': 'read', statuses: 'write' });
        for (const { uses = '', run } of steps) {
          expect(run).toBeUndefined();
          expect(OURS.exec(uses)?.[1]).toBe('gate');
        }
      }
    }
    if ('pull_request_review' in on) expect(text).toContain('head.repo.full_name == github.repository');
  });

  it('evaluates nothing that a stranger may have written, such as a title or a branch', () => {
    const read = [...text.matchAll(/\$\{\{\s*(.*?)\s*\}\}/g)].map(([, expression]) => expression);
    const known =
      /^(?:(?:inputs|matrix|vars|secrets|env)\.[\w-]+|(?:needs|steps)\.[\w-]+\.outputs\.[\w-]+|fromJSON\(needs\.[\w-]+\.outputs\.[\w-]+\)|github\.(?:token|sha|event\.comment\.id))$/;
    expect(read.filter(expression => !known.test(expression ?? ''))).toEqual([]);
  });

  it('puts no expression into a script', () => {
    const scripts = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(scripts.filter(script => script.includes('${{'))).toEqual([]);
  });
});

describe('the GitHub templates', () => {
  // A check run counts under its job's name, a skipped one as a success: it would stand in for the status.
  it('give no job or workflow the name of the status', () => {
    const files = [...globSync('{templates,actions,.github}/**/*.yml', { cwd: ROOT }), 'README.md'];
    for (const path of [...files, ...globSync('docs/**/*.md', { cwd: ROOT })])
      expect(readFileSync(join(ROOT, path), 'utf8')).not.toMatch(
        /^\s*(?:name:\s*)?["']?promote\/gate["']?:?\s*$/m,
      );
  });

  it.each(STEPS.filter(({ uses }) => uses !== undefined))(
    'use actions that exist: $path $uses',
    async found => {
      const { uses = '', with: given = {} } = found;
      const [, name] = OURS.exec(uses) ?? [];
      if (name === undefined) return expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      const { inputs, runs } = await readAction(name);
      expect(Object.keys(given).filter(input => !(input in inputs))).toEqual([]);
      expect(runs.main).toBe(`../../dist/action-${name}.js`);
    },
  );

  it('write issues where one is kept, and nothing else there', () => {
    const granted = TEMPLATES.flatMap(({ path, jobs }) =>
      Object.values(jobs)
        .filter(job => 'issues' in job.permissions)
        .map(job => [basename(path), job.permissions, job.steps.map(({ run }) => run)]),
    );
    const least = { contents: 'read', issues: 'write', packages: 'read' };
    const command = expect.stringMatching(/^promote vulnerabilities --open-issue /);
    expect(granted).toEqual([['vulnerabilities.yml', least, [command]]]);
  });

  it('hand on outputs that the actions set', async () => {
    const ids = STEPS.flatMap(({ id, uses = '' }) => {
      const [, name] = OURS.exec(uses) ?? [];
      return id === undefined || name === undefined ? [] : [{ id, name }];
    });
    const used = TEMPLATES.flatMap(({ text }) => [...text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)]);
    for (const [, id, output = ''] of used) {
      const action = ids.find(known => known.id === id);
      if (action !== undefined) expect((await readAction(action.name)).outputs).toHaveProperty([output]);
    }
    expect(ids.length).toBeGreaterThan(0);
  });
});

describe.each(ACTIONS)('actions/%s/action.yml', name => {
  it('declares what the code reads and sets, and describes it', async () => {
    const { inputs, outputs } = await readAction(name);
    const code = sourcesOf(`src/action/${name}.ts`)
      .map(path => readFileSync(join(ROOT, path), 'utf8'))
      .join('\n');
    const named = (pattern: RegExp) =>
      [...new Set([...code.matchAll(pattern)].map(([, found]) => found))].sort();
    expect(named(/(?:get(?:Multiline)?Input|readFlag)\('([\w-]+)'/g)).toEqual(Object.keys(inputs).sort());
    expect(named(/(?:setBounded|write)Output\(\s*(?:io,\s+)?'([\w-]+)'/g)).toEqual(
      Object.keys(outputs).sort(),
    );
    for (const { description } of [...Object.values(inputs), ...Object.values(outputs)])
      expect(description).toMatch(/\S{2}/);
  });
});

function writes(uses: string, given: Readonly<Record<string, unknown>> | undefined): boolean {
  const [, name] = OURS.exec(uses) ?? [];
  return (
    name !== undefined &&
    !['status', 'gate', 'board'].includes(name) &&
    given?.['plan-only'] !== true &&
    given?.only !== 'images'
  );
}

/** The file and what it imports of the actions' own. */
function sourcesOf(path: string, seen: readonly string[] = []): readonly string[] {
  if (seen.includes(path)) return seen;
  const text = readFileSync(join(ROOT, path), 'utf8');
  const imported = [...text.matchAll(/from '\.\/([\w-]+\.ts)'/g)].map(([, file]) => `src/action/${file}`);
  return imported.reduce<readonly string[]>((all, next) => sourcesOf(next, all), [...seen, path]);
}
