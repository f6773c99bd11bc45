import { expect, it } from 'vitest';
import { cancellable } from '../../src/http/cancellable.ts';
import { createHttp } from '../../src/http/http.ts';
import { get, serve } from './server.ts';

/** A server that is busy, and the moment when it has said so. */
async function busy() {
  let said = () => {};
  const asked = new Promise<void>(resolve => {
    said = resolve;
  });
  let count = 0;
  const url = await serve((_, response) => {
    count += 1;
    response.writeHead(503, { 'retry-after': '300' }).end(() => said());
  });
  return { url, asked, count: () => count };
}

it('ends the wait for another try with the run', async () => {
  const { url, asked, count } = await busy();
  const run = new AbortController();
  const http = createHttp({ signal: run.signal });
  const answer = http.send(get(url)).catch((error: unknown) => error);
  await asked;
  run.abort();
  expect(await answer).toMatchObject({ code: 'CANCELLED' });
  expect(count()).toBe(1);
  await http.close();
});

it('ends what belongs to the work that is given up, and nothing else', async () => {
  const [first, second] = [await busy(), await serve((_, response) => response.end('fine'))];
  const http = createHttp();
  const group = new AbortController();
  const given = cancellable(group.signal, () => http.send(get(first.url))).catch((error: unknown) => error);
  await first.asked;
  group.abort();
  expect(await given).toMatchObject({ code: 'CANCELLED' });
  expect(await http.send(get(second))).toMatchObject({ status: 200 });
  await http.close();
});
