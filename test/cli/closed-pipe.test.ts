import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../../src/cli/bin.ts');

it('ends quietly where the reader of its output has gone', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let told = '';
  child.stderr.on('data', chunk => {
    told += chunk;
  });
  const [code] = await once(child, 'close');
  expect([code, told]).toEqual([0, '']);
});
