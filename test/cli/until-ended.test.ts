import { expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { openHttp } from '../../src/cli/open-http.ts';
import { untilEnded } from '../../src/cli/until-ended.ts';
import { get, serve } from '../http/server.ts';

function io(seen: string[]): Io {
  const stderr = { write: (text: string) => seen.push(text) };
  return { cwd: '/', env: {}, stdout: stderr, stderr, signal: new AbortController().signal };
}

it('ends what is tried again behind a failure, and prints nothing of it', async () => {
  let said = () => {};
  const asked = new Promise<void>(resolve => {
    said = resolve;
  });
  const url = await serve((_, response) =>
    response.writeHead(503, { 'retry-after': '300' }).end(() => said()),
  );
  const seen: string[] = [];
  let behind: Promise<unknown> = Promise.resolve();
  const run = untilEnded(io(seen), async live => {
    const http = openHttp(live);
    behind = http.send(get(url)).catch((error: unknown) => live.stderr.write(String(error)));
    await asked;
    // The wait is told once the answer is read.
    await expect.poll(() => seen).toHaveLength(1);
    throw new Error('another image failed');
  });
  await expect(run).rejects.toThrow('another image failed');
  await behind;
  expect(seen).toEqual([`read the page: ${url.host}: status 503; waiting 300 s, then try 2 of 6\n`]);
});
