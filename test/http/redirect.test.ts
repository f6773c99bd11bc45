import { describe, expect, it } from 'vitest';
import { client, get, serve, text } from './server.ts';

describe('redirects', () => {
  it.each(['Authorization', 'cookie', 'private-token', 'JOB-TOKEN'])(
    'carry %s within an origin, and to no other port',
    async name => {
      const seen: unknown[] = [];
      const storage = await serve((request, response) => {
        seen.push(request.headers[name.toLowerCase()]);
        response.end('blob');
      });
      const registry = await serve((request, response) => {
        seen.push(request.headers[name.toLowerCase()]);
        const location = request.url === '/' ? '/again' : `${storage.href}blob`;
        response.writeHead(307, { location }).end();
      });
      const { http } = client();
      const answer = await http.send(get(registry, { headers: { [name]: 'secret' } }));
      expect(text(answer)).toBe('blob');
      expect(seen).toEqual(['secret', 'secret', undefined]);
    },
  );

  it('end after five', async () => {
    let count = 0;
    const url = await serve((_, response) => {
      count += 1;
      response.writeHead(302, { location: `/${count}` }).end();
    });
    await expect(client().http.send(get(url))).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(count).toBe(6);
  });

  it.each(['http://169.254.169.254/latest', 'http://10.0.0.1/', 'http://[::1]/', 'file:///etc/passwd'])(
    'do not lead to %s',
    async location => {
      const url = await serve((_, response) => response.writeHead(302, { location }).end());
      await expect(client().http.send(get(url))).rejects.toMatchObject({ code: 'UNREACHABLE' });
    },
  );

  it('are not followed by what writes, nor where they are an answer', async () => {
    const url = await serve((_, response) => response.writeHead(303, { location: '/other' }).end());
    const { http } = client();
    expect((await http.send(get(url, { method: 'PUT', body: '' }))).status).toBe(303);
    expect((await http.send(get(url, { redirects: 'return' }))).status).toBe(303);
  });
});
