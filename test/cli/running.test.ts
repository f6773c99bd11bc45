import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPromote } from '../built/run-promote.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { onePod, podList } from '../fixtures/pods.ts';
import { startPodsCluster } from '../servers/pods-api.ts';
import { describeWith } from '../servers/tools.ts';

describe('promote running', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-running-'));
  });
  afterAll(async () => await rm(directory, { recursive: true, force: true }));

  it.each([
    ['a file that is not there', 'pods.json', 'running --pods pods.json: no such file', 2],
    ['no standard input', '-', 'there is no standard input', 2],
    ['a file of something else', 'other.json', 'it has Service, where only pods are expected', 1],
  ])('refuses %s before it asks anybody', async (_, pods, message, code) => {
    await writeFile(join(directory, 'other.json'), podList([{ kind: 'Service' }]));
    const ran = await runPromote(directory, { HOME: directory }, ['running', 'production', '--pods', pods]);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(message)]);
    expect(ran.stderr).toContain('hint: ');
  });
});

describe('promote running asks one source', () => {
  it.each([
    ['neither a list nor a cluster', [], '--pods <file>, or --kubeconfig [file]'],
    ['both', ['--pods', 'a.json', '--kubeconfig', 'b'], '--pods <file>, or --kubeconfig [file]'],
    ['a context of a list', ['--pods', 'a.json', '--context', 'b'], 'is for a cluster'],
  ])('and refuses %s', async (_, args, message) => {
    const ran = await runPromote(tmpdir(), {}, ['running', 'production', ...args]);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describeWith(['git', 'openssl'], 'promote running --kubeconfig', () => {
  it('holds what the cluster lists against the pins', async () => {
    const digest = `sha256:${'1'.repeat(64)}`;
    const image = `ghcr.io/acme/api:1.0.0@${digest}`;
    const cluster = await startPodsCluster([onePod({ image })]);
    const world = await createWorld({
      'environments.yaml':
        'version: 1\nimages: { api: {} }\nenvironments: { production: { from: build, registry: ghcr.io/acme, files: [api.yaml] } }\n',
      'api.yaml': `kind: Pod\nimage: ${image}\n`,
    });
    try {
      const ran = await world.run('running', 'production', '--kubeconfig', cluster.kubeconfig);
      expect([ran.code, ran.stdout]).toEqual([
        0,
        expect.stringContaining('production: 1 of 1 image run as pinned (1 pod)'),
      ]);
      const refused = await world.run(
        ...['running', 'production', '--kubeconfig', cluster.kubeconfig, '--context', 'guest'],
      );
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringContaining('the login may not list them'),
      ]);
    } finally {
      await world.close();
      await cluster.close();
    }
  });
});

describeWith(['git'], 'promote running', () => {
  let world: World;
  const digest = `sha256:${'1'.repeat(64)}`;
  beforeAll(async () => {
    world = await createWorld({
      'environments.yaml': `version: 1
images: { api: {}, web: {} }
environments: { production: { from: build, registry: ghcr.io/acme, files: ["*.values.yaml"] } }
`,
      'api.values.yaml': `image: { repository: ghcr.io/acme/api, tag: "1.0.0@${digest}" }\n`,
      'web.values.yaml': `image: { repository: ghcr.io/acme/web, tag: "2.0.0@${digest}" }\n`,
    });
  });
  afterAll(async () => await world.close());

  it.each<[string, readonly string[], number, string]>([
    ['counts what is as pinned', [], 3, 'production: 1 of 2 images run as pinned (1 pod)'],
    ['names what nothing runs', [], 3, 'web 2.0.0 111111111111 nothing runs it'],
    ['takes that for no fault where told', ['--allow-absent'], 0, 'nothing runs it'],
    ['looks at a namespace alone', ['--namespace', 'dev'], 3, '0 of 2 images run as pinned (0 pods)'],
    [
      'names a namespace without a pod',
      ['--namespace', 'shpo', '--allow-absent'],
      3,
      'no pod of the list is in the namespace shpo',
    ],
    ['prints JSON', ['--format', 'json'], 3, '"state": "rolled-out"'],
  ])('%s', async (_, args, code, text) => {
    const image = `ghcr.io/acme/api:1.0.0@${digest}`;
    await world.write('pods.json', podList([onePod({ image })]));
    const ran = await world.run('running', 'production', '--pods', 'pods.json', ...args);
    expect([ran.code, ran.stdout]).toEqual([code, expect.stringContaining(text)]);
  });

  it('tells a container that waits from one that runs by a tag', async () => {
    const waiting = { reason: 'ErrImagePull', message: 'denied' };
    await world.write(
      'pods.json',
      podList([
        onePod({ image: `ghcr.io/acme/api@${digest}`, waiting }),
        onePod({ image: 'ghcr.io/acme/web:2.0.0', imageId: `ghcr.io/acme/web@${digest}` }),
      ]),
    );
    const { stdout } = await world.run('running', 'production', '--pods', 'pods.json');
    expect(stdout).toContain('does not run 1.0.0 111111111111 yet; its pod names no pull secret');
    expect(stdout).toContain('(ErrImagePull: denied)');
    expect(stdout).toContain(
      'runs what is pinned; its pod asks for ghcr.io/acme/web:2.0.0, without a digest',
    );
  });
});
