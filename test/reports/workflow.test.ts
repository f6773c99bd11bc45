import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createProgram } from '../../src/cli/program.ts';
import { workflow } from '../../src/cli/workflow.ts';
import { argoWorkflow } from '../../src/reports/workflow/argo.ts';
import { kubernetesWorkflow } from '../../src/reports/workflow/kubernetes.ts';
import { nameOf, type WorkflowSettings } from '../../src/reports/workflow/pod.ts';
import { createWorld } from '../e2e/world.ts';

const CONTAINER = `registry.example/promote@sha256:${'a'.repeat(64)}`;
const SETTINGS: WorkflowSettings = {
  environment: 'production',
  file: "https://forge.example/acme/it's//environments.yaml@main",
  container: CONTAINER,
  shards: 8,
  plan: { kind: 'config-map', name: 'promote-plan-production' },
};

describe('what Kubernetes runs', () => {
  const [shards, writer] = documents(kubernetesWorkflow(SETTINGS));

  it('shares the plan out among the indexes, and words reach promote as they are', async () => {
    expect(shards?.spec).toMatchObject({ completionMode: 'Indexed', completions: 8, parallelism: 8 });
    for (const index of [0, 7]) {
      const words = await runAs(shards?.spec.template.spec.containers[0].command, {
        JOB_COMPLETION_INDEX: `${index}`,
      });
      const shard = ['--only', 'images', '--shard', `${index + 1}/8`];
      expect(words).toEqual(['apply', '--plan', '/plan/plan.json', '--file', SETTINGS.file, ...shard]);
      assertKnown(words);
    }
  });

  it('has one writer, which waits for its word, and never two at a time', async () => {
    expect(writer?.spec).toMatchObject({
      suspend: true,
      completions: 1,
      parallelism: 1,
      podReplacementPolicy: 'Failed',
    });
    const words = await runAs(writer?.spec.template.spec.containers[0].command, {});
    expect(words).toEqual(['apply', '--plan', '/plan/plan.json', '--file', SETTINGS.file]);
  });

  it('may do nothing that it does not need', () => {
    for (const { spec } of [shards, writer].map(job => job?.spec.template)) {
      expect(spec).toMatchObject({ automountServiceAccountToken: false, restartPolicy: 'Never' });
      expectLeast(spec, spec.containers[0]);
    }
  });
});

it('names no two environments alike, however long their names are', () => {
  const long = 'a'.repeat(60);
  const names = [`${long}-b`, `${long}-c`, `${'a'.repeat(36)}`, 'qa', 'qa-'].map(environment =>
    nameOf({ environment }, '-shards'),
  );
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^promote-[a-z0-9-]{1,36}-shards$/);
  expect(names[3]).toBe('promote-qa-shards');
});

describe('what Argo runs', () => {
  const all = documents(argoWorkflow(SETTINGS));
  const { spec } = all.at(-1) ?? expect.fail();

  it('shares the plan out, goes on without a lost shard, and ends with one writer', () => {
    const [promote, shard, writer] = spec.templates;
    const [[shards], [last]] = promote.steps;
    expect(shards).toMatchObject({
      withSequence: { start: '1', end: '8' },
      continueOn: { failed: true, error: true },
    });
    expect(last).toEqual({ name: 'writer', template: 'writer' });
    expect(shard.container.command.slice(-1)).toEqual(['{{inputs.parameters.shard}}/8']);
    for (const { container } of [shard, writer]) {
      assertKnown(container.command.slice(1).map((word: string) => word.replace(/^\{\{.*\}\}/, '3')));
      expectLeast(spec, container);
    }
    expect(spec.synchronization).toEqual({ mutexes: [{ name: 'promote-production' }] });
  });

  it('gives the pods no token of the cluster, and Argo one for results alone', () => {
    expect(spec.automountServiceAccountToken).toBe(false);
    const rules = all.flatMap(document => document?.rules ?? []);
    expect(rules).toEqual([
      { apiGroups: ['argoproj.io'], resources: ['workflowtaskresults'], verbs: ['create', 'patch'] },
    ]);
  });
});

describe('promote workflow', () => {
  const started = (cwd: string) => {
    const printed: string[] = [];
    const stdout = { write: (text: string) => printed.push(text) };
    const { signal } = new AbortController();
    return { io: { cwd, env: { PATH: process.env.PATH }, stdout, stderr: stdout, signal }, printed };
  };
  const options = { file: SETTINGS.file, engine: 'argo', container: CONTAINER, shards: 8 } as const;

  it.each([
    ['an image by its tag', { container: 'registry.example/promote:1.0' }],
    ['a path, which no pod has', { file: 'environments.yaml' }],
    ['a login', { file: 'https://bob:secret@forge.example/a//environments.yaml@main' }],
    ['what a cluster fills in', { file: 'https://forge.example/{{workflow.name}}//environments.yaml@main' }],
    ['too many pods', { shards: 5000 }],
    ['no name of Kubernetes', { plan: 'A b' }],
  ])('refuses %s', async (_, wrong) => {
    const { io, printed } = started('/');
    const given = { ...options, ...wrong };
    await expect(workflow(io, 'production', given)).rejects.toMatchObject({ code: 'USAGE' });
    expect(printed).toEqual([]);
  });

  it('prints it for an environment of the file, and for no other', async () => {
    const world = await createWorld({
      'environments.yaml':
        'version: 1\nimages: { api: {} }\nenvironments: { dev: { from: build, registry: a.io/dev, files: [dev.yaml] } }\n',
    });
    onTestFinished(() => world.close());
    const file = `${world.repository}//environments.yaml@main`;
    const { io, printed } = started(world.directory);
    const given = { ...options, file, planClaim: 'plans' };
    expect(await workflow(io, 'dev', given)).toBe(0);
    expect(printed.join('')).toContain('claimName: plans');
    await expect(workflow(io, 'nowhere', given)).rejects.toMatchObject({ code: 'USAGE' });
  });
});

// biome-ignore lint/suspicious/noExplicitAny: the documents of a cluster, whose shape is the assertion
function documents(text: string): readonly any[] {
  return parseAllDocuments(text).map(document => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
}

/** Least privilege, the image by digest, and secrets by reference alone. */
function expectLeast(
  pod: { readonly securityContext: object; readonly volumes: readonly object[] },
  container: {
    readonly env: readonly { readonly name: string; readonly value: string }[];
    readonly envFrom: readonly object[];
  },
): void {
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(container).toMatchObject({
    image: CONTAINER,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  });
  expect(container.env.map(({ name }) => name)).toEqual(['HOME', 'TMPDIR', 'DOCKER_CONFIG']);
  expect(container.envFrom).toEqual([
    { secretRef: { name: expect.stringMatching(/^promote-(shards|writer)$/) } },
  ]);
  expect(pod.volumes).toContainEqual({
    name: 'registry',
    secret: {
      secretName: 'promote-registry',
      defaultMode: 0o440,
      items: [{ key: '.dockerconfigjson', path: 'config.json' }],
    },
  });
}

/** Runs a pod's command where promote prints its words. */
async function runAs([program = '', ...args]: readonly string[], env: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'promote-pod-'));
  await writeFile(join(directory, 'promote'), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
  await chmod(join(directory, 'promote'), 0o755);
  const { stdout, status } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...env, PATH: `${directory}:${process.env.PATH}` },
  });
  expect(status).toBe(0);
  return stdout.trimEnd().split('\n');
}

/** Throws for a command line that promote does not know. */
function assertKnown(words: readonly string[]): void {
  const nothing = { write: () => undefined };
  const io = { cwd: '/', env: {}, stdout: nothing, stderr: nothing, signal: AbortSignal.abort() };
  const program = createProgram(
    io,
    () => undefined,
    async () => 0,
  );
  const command = program.commands.find(one => one.name() === words[0]);
  const known = command?.options.map(({ long }) => long);
  expect(known).toEqual(expect.arrayContaining(words.filter(word => /^--./.test(word))));
}
