import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { dirname, join } from 'node:path';
import { createCertificates } from './certificates.ts';
import { listen, portOf } from './registry.ts';

/** A cluster's API server, as far as pods are listed by it. */
export interface PodsCluster {
  /** A kubeconfig with the contexts `shop`, `stranger` (a login that is not known) and `guest` (one without the right), `silent`. */
  readonly kubeconfig: string;
  /** Each request, `GET /api/v1/pods?limit=500`. */
  readonly asked: string[];
  close(): Promise<void>;
}

/**
 * Lists pods in pages, to who may: https://kubernetes.io/docs/reference/using-api/api-concepts/. A token to continue with
 * holds for the list that it was given with, and reading is all that is answered.
 */
export async function startPodsCluster(
  pods: readonly { readonly metadata: { readonly namespace: string } }[],
  pageSize = 500,
): Promise<PodsCluster> {
  const certificates = await createCertificates();
  const [cert, key] = await Promise.all(
    [certificates.server.certificate, certificates.server.key].map(path => readFile(path)),
  );
  const asked: string[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    const url = new URL(request.url ?? '', 'https://cluster');
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    const answer = (code: number, body: object) =>
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const refuse = (code: number, reason: string) =>
      answer(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code });
    const { authorization } = request.headers;
    if (authorization === 'Bearer silent-token') return undefined;
    if (authorization === 'Bearer guest-token') return refuse(403, 'Forbidden');
    if (authorization !== 'Bearer shop-token') return refuse(401, 'Unauthorized');
    const [, namespace] = /^\/api\/v1(?:\/namespaces\/([a-z-]+))?\/pods$/.exec(url.pathname) ?? [];
    if (!/^\/api\/v1(\/namespaces\/[a-z-]+)?\/pods$/.test(url.pathname)) return refuse(404, 'NotFound');
    if (request.method !== 'GET') return refuse(405, 'MethodNotAllowed');
    const all = pods.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
    const most = Math.min(pageSize, Number(url.searchParams.get('limit') ?? all.length));
    const from = Number(url.searchParams.get('continue')?.replace(`${namespace} `, '') ?? 0);
    if (Number.isNaN(from)) return refuse(410, 'Expired');
    const isLast = from + most >= all.length;
    return answer(200, {
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '7', ...(isLast ? {} : { continue: `${namespace} ${from + most}` }) },
      // Items of a list for one type have no kind.
      items: all.slice(from, from + most).map(pod => ({ ...pod, kind: undefined, apiVersion: undefined })),
    });
  });
  await listen(server);
  const users = { shop: 'shop-token', stranger: 'other-token', guest: 'guest-token', silent: 'silent-token' };
  const kubeconfig = join(dirname(certificates.authority), 'kubeconfig');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'shop',
      clusters: [
        {
          name: 'local',
          cluster: {
            server: `https://127.0.0.1:${portOf(server)}`,
            'certificate-authority': certificates.authority,
          },
        },
      ],
      users: Object.entries(users).map(([name, token]) => ({ name, user: { token } })),
      contexts: Object.keys(users).map(name => ({ name, context: { cluster: 'local', user: name } })),
    }),
  );
  return {
    kubeconfig,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await certificates.close();
    },
  };
}
