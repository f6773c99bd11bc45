import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { build, push } from '../e2e/shop.ts';
import { pushFiles } from '../forges/github-fixture.ts';
import { createStage } from './github-stage.ts';
import { useActions } from './step.ts';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const GUIDE = readFileSync(join(ROOT, 'docs/github.md'), 'utf8');
const [, BLOCK = ''] = /^## In GitHub Actions\n\n```yaml\n([\s\S]*?)^```$/m.exec(README) ?? [];

const job = z.object({
  permissions: z.record(z.string(), z.string()),
  steps: z.array(
    z.object({ uses: z.string().optional(), with: z.record(z.string(), z.string()).optional() }),
  ),
});

const runStep = useActions();

it("runs the README's job word for word, but for the registry and what the workflow fills in", async () => {
  const { promote } = z.object({ promote: job }).parse(parse(BLOCK));
  const { uses, with: given = {} } = promote.steps.at(-1) ?? {};
  expect(uses).toContain('actions/promote@');
  const { host, server, run } = await createStage(runStep);
  const near = (text: string) => text.replaceAll('ghcr.io/acme', host);
  await pushFiles(server, {
    'environments.yaml': near(readFileSync(join(ROOT, 'environments/minimal.yaml'), 'utf8')),
    'staging/values.yaml': `image:\n  repository: ${host}/staging/api\n  tag: "0"\n`,
  });
  const { digest } = build('1.0.0').index.descriptor;
  await push(build('1.0.0'), `${host}/build/api:4711`);
  const filled = (text: string) =>
    near(text)
      .replace(/\$\{\{.*?sha \}\}/, '4711')
      .replace(/\$\{\{.*?digest \}\}/, digest);
  const inputs = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, filled(text)]));
  const { outputs, summary } = await run('promote', inputs);
  expect(outputs).toMatchObject({ state: 'waiting', changed: 'true' });
  expect(summary).toContain(`to ${host}/staging/api as 4711`);
  expect(summary).toContain(outputs['pull-request-url']);
  for (const name of Object.keys(outputs)) expect(GUIDE).toContain(`\`${name}\``);
  await server.as('alice', 'PUT', 'pulls/1/merge', {});
  expect((await run('promote', inputs)).outputs.state).toBe('nothing');
});
