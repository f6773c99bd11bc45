import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { client, get, served, text } from './server.ts';

describe('a HEAD', () => {
  it('keeps its connection open for later requests', async () => {
    const server = createServer((_, response) => response.end());
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    const url = await served(server);
    const { http } = client();
    for (let index = 0; index < 6; index += 1) await http.send(get(url, { method: 'HEAD' }));
    // undici may begin a second one while the first settles.
    expect(connections).toBeLessThan(3);
  });

  it('answered with a body, as it must not be, does not disturb the next request', async () => {
    const server = createTcpServer(socket => {
      socket.on('error', () => undefined);
      socket.on('data', bytes => {
        const body = bytes.toString().startsWith('HEAD') ? '{"errors":[]}' : 'answer';
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      });
    });
    const url = await served(server);
    const { http } = client();
    await http.send(get(url, { method: 'HEAD' }));
    expect(text(await http.send(get(url)))).toBe('answer');
  });
});
