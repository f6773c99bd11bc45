import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runPromote } from '../built/run-promote.ts';
import { build, push } from '../e2e/shop.ts';
import { type Registry, startRegistry } from '../servers/registry.ts';

const corpus = process.env.PROMOTE_CORPUS;
const HOSTS = /\b(?:ghcr\.io|public\.ecr\.aws|us-central1-docker\.pkg\.dev)\//g;

/** What a repository's files pin before, what is built after that, and what `init` has to say of the repository. */
const REPOSITORIES = [
  {
    name: 'podinfo',
    pinned: ['stefanprodan/podinfo:6.14.1'],
    dev: ['deploy/overlays/dev/kustomization.yaml', /newTag: "6\.14\.1"/, 'newTag: "6.15.0"'],
    built: 'stefanprodan/podinfo:6.15.0',
    words: /^ +production +\S+ +1 +2 +deploy\/overlays\/production/m,
  },
  {
    name: 'microservices-demo',
    pinned: ['online-boutique-ci/microservices-demo/adservice:v0.10.6'],
    built: 'online-boutique-ci/microservices-demo/adservice:v9.0.0',
    words: /production is a guess: no path names an environment, and kustomize\/base\/ pins most/,
  },
  {
    name: 'flux2-kustomize-helm-example',
    pinned: ['docker/library/redis:8.6.2'],
    built: 'docker/library/redis:9.0.0',
    words: /production is a guess: paths name staging and production, but no file there pins/,
  },
  {
    name: 'bank-of-anthos',
    pinned: [],
    built: 'bank-of-anthos-ci/bank-of-anthos/accounts-db:v9.0.0',
    words: /production is a guess: paths name dev\w*, staging and production, but no file there pins/,
  },
] as const;

describe.skipIf(corpus === undefined)('init in a public deployment repository', () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.stop());

  it.each(REPOSITORIES)('writes for $name what passes check, and plans what is built', async repository => {
    const directory = await copied(repository.name, registry.host);
    const { run, listed } = commandsIn(directory);
    const done = await run('init', '--yes');
    expect(done.stdout).toMatch(repository.words);
    expect(done.stdout).not.toMatch(
      /no path names/.test(repository.words.source) ? /paths name / : /no path/,
    );
    expect((await run('check', '--offline')).stdout).toContain('nothing to correct in what was checked');

    for (const image of repository.pinned) await push(build('1'), `${registry.host}/${image}`);
    await push(build('2'), `${registry.host}/${repository.built}`);
    if ('dev' in repository) {
      const [file, from, to] = repository.dev;
      const text = readFileSync(join(directory, file), 'utf8');
      writeFileSync(join(directory, file), text.replace(from, to));
    }
    execFileSync('git', ['add', '.'], { cwd: directory });
    execFileSync('git', [...PERSON, 'commit', '--quiet', '--message', 'Promote'], { cwd: directory });
    const [, tag] = repository.built.split(':');
    const words = listed(done.stdout)
      .replace(/(=\S+):[^:]+$/, `$1:${tag}`)
      .split(' ')
      .slice(1);
    expect((await run(...words)).stdout).toMatch(/^\+.*sha256:[0-9a-f]{64}/m);
  });
});

const PERSON = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com'];

/** A committed copy of a repository whose images are in the registry. */
async function copied(name: string, host: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'init-corpus-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const git = (...args: string[]) =>
    execFileSync('git', [...PERSON, ...args], { cwd: directory, encoding: 'utf8' });
  cpSync(join(corpus ?? '', name), directory, { recursive: true });
  execFileSync('chmod', ['-R', 'u+w', directory]);
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  for (const file of git('ls-files', '-z')
    .split('\0')
    .filter(path => /\.ya?ml$/.test(path))) {
    const text = readFileSync(join(directory, file), 'utf8');
    if (HOSTS.test(text)) writeFileSync(join(directory, file), text.replaceAll(HOSTS, `${host}/`));
  }
  git('commit', '--quiet', '--all', '--message', 'Deploy');
  return directory;
}

function commandsIn(directory: string) {
  const env = { PATH: process.env.PATH, HOME: directory };
  return {
    async run(...args: readonly string[]) {
      const ran = await runPromote(directory, env, args);
      expect(ran, args.join(' ')).toMatchObject({ code: 0 });
      return ran;
    },
    /** The last command that `init` names. */
    listed: (printed: string) =>
      printed
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^ *next: /, '') ?? '',
  };
}
