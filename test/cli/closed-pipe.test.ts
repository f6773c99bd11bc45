import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { CLI } from '../built/run-promote.ts';

it('ends quietly where the reader of its output has gone', async () => {
  const child = spawn(process.execPath, [CLI, 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let seen = '';
  child.stderr.on('data', chunk => {
    seen += chunk;
  });
  const [code] = await once(child, 'close');
  expect([code, seen]).toEqual([0, '']);
});

it('says in one line that the directory it runs in is gone', async () => {
  const gone = 'cd "$(mktemp -d)" && rmdir "$PWD" && exec "$@"';
  const args = ['-c', gone, 'sh', process.execPath, CLI, 'plan', 'production'];
  const child = spawn('sh', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let seen = '';
  child.stderr.on('data', chunk => {
    seen += chunk;
  });
  const [code] = await once(child, 'close');
  expect([code, seen]).toEqual([
    1,
    'promote: the current directory is gone\n  hint: change to one that exists\n',
  ]);
});
