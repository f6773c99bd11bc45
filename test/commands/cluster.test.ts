import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listClusterPods } from '../../src/commands/running/cluster.ts';
import { readPods } from '../../src/plan/running/pods.ts';
import { onePod, podList } from '../fixtures/pods.ts';
import { type PodsCluster, startPodsCluster } from '../servers/pods-api.ts';
import { describeWith } from '../servers/tools.ts';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const PODS = [
  onePod({ imageId: `ghcr.io/acme/api@${DIGEST}` }),
  onePod({ kind: 'initContainers', isEnding: true }),
  onePod({ namespace: 'other', waiting: { reason: 'ImagePullBackOff' }, pullSecrets: ['pull'] }),
  onePod({ namespace: 'other', phase: 'Succeeded', terminated: { reason: 'Completed', exitCode: 0 } }),
  onePod({ kind: 'ephemeralContainers', phase: 'Pending' }),
];

describeWith(['openssl'], 'the pods of a cluster', () => {
  let cluster: PodsCluster;
  beforeAll(async () => {
    cluster = await startPodsCluster(PODS, 2);
  });
  afterAll(async () => await cluster.close());

  it('are those that kubectl would print, page by page, and nothing is written', async () => {
    const { text, name } = await list({ file: cluster.kubeconfig });
    expect(readPods(text, name)).toEqual(readPods(podList(PODS), name));
    expect(cluster.asked).toHaveLength(3);
    expect(cluster.asked.every(asked => asked.startsWith('GET /api/v1/pods?'))).toBe(true);
  });

  it('are asked for by namespace, for a login that has no other right', async () => {
    const { text, name } = await list({ file: cluster.kubeconfig, namespaces: ['shop', 'shop', 'none'] });
    const only = PODS.filter(({ metadata }) => metadata.namespace === 'shop');
    expect(readPods(text, name, ['shop', 'none'])).toEqual({
      ...readPods(podList(only), name, ['shop']),
      empty: ['none'],
    });
    expect(cluster.asked.every(asked => /^GET \/api\/v1\/namespaces\/(shop|none)\/pods\?/.test(asked))).toBe(
      true,
    );
  });

  it.each([
    ['KUBECONFIG names it', () => ({ KUBECONFIG: `${cluster.kubeconfig}` })],
    ['it is in the home directory', () => ({ HOME: dirname(cluster.kubeconfig) })],
  ])('are found where %s', async (_, env) => {
    if ('HOME' in env()) await copyToHome();
    const { name } = await list({ env: env() });
    expect(name).toContain('"shop"');
  });

  it.each([
    ['a login that is not known', 'stranger', 'UNAUTHORIZED'],
    ['a login without the right', 'guest', 'FORBIDDEN'],
    ['a context that is not there', 'nowhere', 'USAGE'],
  ])('are not read by %s', async (_, context, code) => {
    const failed = list({ file: cluster.kubeconfig, context });
    await expect(failed).rejects.toMatchObject({ code, hint: expect.any(String) });
    await expect(failed).rejects.not.toThrow(/-token/);
  });

  it('are not read from a server that another authority vouches for, nor by a file that is none', async () => {
    const foreign = join(dirname(cluster.kubeconfig), 'foreign');
    const config = JSON.parse(await readFile(cluster.kubeconfig, 'utf8'));
    delete config.clusters[0].cluster['certificate-authority'];
    await writeFile(foreign, JSON.stringify(config));
    await expect(list({ file: foreign })).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await writeFile(foreign, 'clusters: [');
    await expect(list({ file: foreign })).rejects.toMatchObject({ code: 'CONFIGURATION' });
    await expect(list({ file: 'none' })).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });

  it('are not waited for once the run is ended', { timeout: 5_000 }, async () => {
    const ended = AbortSignal.timeout(200);
    const failed = list({ file: cluster.kubeconfig, context: 'silent', signal: ended });
    await expect(failed).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('are read with a login by a program, which is given none of our keys', async () => {
    const config = JSON.parse(await readFile(cluster.kubeconfig, 'utf8'));
    const seen = join(dirname(cluster.kubeconfig), 'seen');
    const credential = { kind: 'ExecCredential', status: { token: 'shop-token' } };
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: [
        '-c',
        `echo "[$COSIGN_PASSWORD] [$PROMOTE_GIT_TOKEN]" > ${seen}; echo '${JSON.stringify(credential)}'`,
      ],
    };
    config.users[0].user = { exec };
    const file = join(dirname(cluster.kubeconfig), 'exec');
    await writeFile(file, JSON.stringify(config));
    const before = { ...process.env };
    Object.assign(process.env, { COSIGN_PASSWORD: 'marked', PROMOTE_GIT_TOKEN: 'marked' });
    try {
      await list({ file, env: process.env });
    } finally {
      for (const name of ['COSIGN_PASSWORD', 'PROMOTE_GIT_TOKEN'])
        if (before[name] === undefined) delete process.env[name];
    }
    expect(await readFile(seen, 'utf8')).toBe('[] []\n');
  });

  async function copyToHome() {
    const { mkdir, copyFile } = await import('node:fs/promises');
    const home = join(dirname(cluster.kubeconfig), '.kube');
    await mkdir(home, { recursive: true });
    await copyFile(cluster.kubeconfig, join(home, 'config'));
  }

  async function list(
    given: Partial<Parameters<typeof listClusterPods>[0]>,
  ): ReturnType<typeof listClusterPods> {
    cluster.asked.length = 0;
    const { signal } = new AbortController();
    return await listClusterPods({ env: {}, cwd: '/', namespaces: [], signal, ...given });
  }
});
