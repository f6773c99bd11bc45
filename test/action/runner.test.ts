import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { annotate } from '../../src/action/annotate.ts';
import { fail } from '../../src/action/fail.ts';
import type { ActionIo } from '../../src/action/io.ts';
import { setBoundedOutput } from '../../src/action/output.ts';
import { setPlanOutput } from '../../src/action/plan-output.ts';
import { logLine, stepSecrets, writeOutput } from '../../src/action/runner.ts';
import { writeSummary } from '../../src/action/summary.ts';
import { line, phrase } from '../../src/reports/document.ts';
import { secretsOf } from '../../src/secrets/variables.ts';

const ROOT = join(import.meta.dirname, '../..');
const SECRETS = {
  INPUT_TOKEN: 'marked-input-token',
  SOME_PASSWORD: 'marked-password',
  DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'a.io': { auth: base64('user:marked-registry') } } }),
};
const TEXT = `x marked-input-token ${base64('marked-password')} ${base64('user:marked-registry')} marked-registry`;

describe('what a step tells its runner holds no secret of its variables and inputs', () => {
  let directory: string;
  let output: string;
  let summary: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-runner-'));
    [output, summary] = [join(directory, 'output'), join(directory, 'summary')];
    for (const path of [output, summary]) await writeFile(path, '');
    for (const [name, value] of Object.entries({
      ...SECRETS,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    }))
      vi.stubEnv(name, value);
    // The step begins here.
    stepSecrets.add(secretsOf(process.env));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(directory, { recursive: true });
  });

  it('in annotations, lines of the log and the reason that fails it', () => {
    const log = printedBy(() => {
      annotate('notice', [TEXT, { text: TEXT, place: { title: TEXT } }]);
      annotate('error', Array(12).fill(TEXT));
      fail(new Error(TEXT), { cwd: directory, env: {} });
      logLine(TEXT);
    });
    expect(log.match(/x \*\*\*/g)?.length).toBeGreaterThan(15);
    expect(seen(log)).toEqual([]);
  });

  it('in the summary', async () => {
    await writeSummary({ blocks: [line(phrase(TEXT))], json: {} });
    const text = await readFile(summary, 'utf8');
    expect([text.includes('***'), seen(text)]).toEqual([true, []]);
  });

  it('in outputs: a text that would be another without it is left empty, a plan goes into a file', async () => {
    const io: ActionIo = {
      cwd: directory,
      env: { RUNNER_TEMP: directory },
      stdout: { write: () => true },
      stderr: { write: () => true },
      signal: new AbortController().signal,
      notice: () => undefined,
      masked: [],
    };
    const log = printedBy(() => setBoundedOutput(io, 'result', TEXT));
    expect(log).toContain('::warning::the output result is left empty: it would hold a secret');
    writeOutput('state', TEXT);
    await setPlanOutput(io, TEXT);
    const text = await readFile(output, 'utf8');
    expect([text.includes('promote-plan-'), seen(text)]).toEqual([true, []]);
  });
});

it('nothing else reaches the runner, the log or the terminal', () => {
  const [runner, log] = [['src/action/runner.ts'], ['src/action/io.ts', 'src/cli/bin.ts']];
  const sources = globSync('src/**/*.ts', { cwd: ROOT }).map(
    path => [path, readFileSync(join(ROOT, path), 'utf8')] as const,
  );
  const writing = /\b(?:error|warning|notice|info|debug|setOutput|setFailed|summary|exportVariable)\b/;
  const tells = sources.filter(([, text]) =>
    writing.test(/import \{([^}]*)\} from '@actions\/core'/.exec(text)?.[1] ?? ''),
  );
  expect(tells.map(([path]) => path)).toEqual(runner);
  const prints = sources.filter(([, text]) => /process\.std(?:out|err)|console\./.test(text));
  expect(prints.map(([path]) => path).sort()).toEqual(log);
});

function printedBy(run: () => void): string {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    written.push(String(text));
    return true;
  });
  try {
    run();
  } finally {
    spy.mockRestore();
    process.exitCode = undefined;
  }
  return written.join('');
}

function seen(text: string): readonly string[] {
  return ['marked-', base64('marked-password'), base64('user:marked-registry')].filter(secret =>
    text.includes(secret),
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
