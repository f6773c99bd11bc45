import { expect, it } from 'vitest';
import { locateForge } from '../../src/forges/open.ts';
import { createHttp } from '../../src/http/http.ts';

it.each([
  ['github', '/promote approve'],
  ['gitlab', 'promote: approve'],
  ['forgejo', undefined],
])('comments on %s approve where the forge shows every edit', async (kind, command) => {
  const env = {
    PROMOTE_GITHUB_TOKEN: 'secret',
    PROMOTE_GITLAB_TOKEN: 'secret',
    PROMOTE_FORGEJO_TOKEN: 'secret',
  };
  const nothing = () => undefined;
  const http = createHttp();
  const opened = await locateForge(env, 'https://git.example.com/acme/gitops', kind)?.open({
    env,
    http,
    git: { executable: undefined, author: { name: 'p', email: 'p@example.com' }, env: {} },
    localBlob: undefined,
    notice: nothing,
    log: nothing,
    signal: new AbortController().signal,
  });
  expect(opened?.forge.viewer).toBeTypeOf('function');
  expect(opened?.forge.approvalComments?.command).toBe(command);
  await opened?.close();
  await http.close();
});
