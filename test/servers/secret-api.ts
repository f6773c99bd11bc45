import { readFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { createCertificates } from './certificates.ts';
import { listen } from './listen.ts';

/** A cluster that holds one secret. */
export interface SecretCluster {
  /** A kubeconfig that reaches it. */
  readonly config: string;
  readonly asked: string[];
}

const CLUSTER_TOKEN = 'marked-cluster-token';

/**
 * The API server's part that kubectl reads a secret by, as documented:
 * https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/#get-read-the-specified-secret
 */
export async function startSecretCluster(
  namespace: string,
  name: string,
  contents: Readonly<Record<string, string>>,
): Promise<SecretCluster> {
  const asked: string[] = [];
  const { authority, server, close } = await createCertificates();
  onTestFinished(close);
  const [cert, key] = [await readFile(server.certificate), await readFile(server.key)];
  // kubectl sends a token by TLS alone.
  const data = Object.fromEntries(
    Object.entries(contents).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  const secret = { kind: 'Secret', apiVersion: 'v1', metadata: { name, namespace }, data, type: 'Opaque' };
  const versions = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  const resource = {
    name: 'secrets',
    singularName: 'secret',
    namespaced: true,
    kind: 'Secret',
    verbs: ['get'],
  };
  const resources = { kind: 'APIResourceList', groupVersion: 'v1', resources: [resource] };
  const url = await listen(
    ({ url, headers }) => {
      const { pathname } = new URL(url, 'http://x');
      asked.push(pathname);
      if (headers.authorization !== `Bearer ${CLUSTER_TOKEN}`) return status(401, 'Unauthorized');
      switch (pathname) {
        case '/api':
          return { status: 200, body: versions };
        case '/apis':
          return { status: 200, body: { kind: 'APIGroupList', apiVersion: 'v1', groups: [] } };
        case '/api/v1':
          return { status: 200, body: resources };
        case `/api/v1/namespaces/${namespace}/secrets/${name}`:
          return { status: 200, body: secret };
        default:
          return status(404, 'NotFound');
      }
    },
    { cert, key },
  );
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority': authority } }],
    users: [{ name: 'u', user: { token: CLUSTER_TOKEN } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  return { config: JSON.stringify(config), asked };
}

function status(code: number, reason: string) {
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code, message: reason },
  };
}
