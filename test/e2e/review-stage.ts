import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { runPromote } from '../built/run-promote.ts';
import { fields } from '../servers/github/request.ts';
import { runProgram } from '../servers/tools.ts';
import type { Env, Pull, Pulls, ReviewPlace } from './review-place.ts';
import type { Ran } from './world.ts';
import { writesOf } from './writes.ts';

const ASKED: ReadonlySet<string> = new Set(['rollback', 'hold', 'lift']);

/** A shop with `dev` and `production`, changed by the command line from a directory that holds no checkout. */
export interface ReviewStage {
  /** Runs a command with the environments file of the place; `env` goes on top of the CI's variables. */
  run(args: readonly string[], env?: Env): Promise<Ran>;
  /** The same, with its JSON result; fails where the command does. */
  result(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  /** Brings production's promotions as far as they go, and answers the run's state. */
  apply(...args: readonly string[]): Promise<unknown>;
  /** Builds a version of an image, by default `api`, and puts it into dev. */
  release(version: string, image?: string): Promise<void>;
  /** The same of every image, in one run. */
  releaseAll(version: string): Promise<void>;
  /** The tags of an image in production. */
  tags(image?: string): Promise<readonly string[]>;
  /** What promote wrote at the place since the last call, Git's own questions aside. */
  writes(): readonly string[];
  /** Makes the directory that commands run in a checkout of the branch's files, and of others at these paths. */
  checkOut(...more: readonly string[]): Promise<void>;
}

/** A shop whose forge has pull requests. */
export interface PullStage extends ReviewStage {
  readonly pulls: Pulls;
  /** The newest pull request. */
  newest(): Promise<Pull>;
  /** Approves the newest one. */
  approve(...names: readonly string[]): Promise<void>;
  /** Merges the newest one as a person does. */
  merge(): Promise<void>;
  /** The newest status of the newest one's head. */
  status(): Promise<string>;
}

/** Creates the stage at a place; `settings` are lines of production's entry. */
export async function createStage(
  place: ReviewPlace,
  settings: readonly string[] = [],
  images: readonly string[] = ['api'],
): Promise<ReviewStage> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-review-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const files = {
    'environments.yaml': environments(place.url, images, settings),
    'cosign.pub': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ...Object.fromEntries(images.flatMap(image => ['dev', 'production'].map(name => values(name, image)))),
  };
  await place.push(files);
  const store = openLayout(directory);
  const variables = {
    PATH: process.env.PATH ?? '',
    ...place.variables,
    COSIGN_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  const stage: ReviewStage = {
    run: async (args, env) => {
      const file = ['--file', `${place.url}//environments.yaml@main`, '--format', 'json'];
      // A job always has somebody who started it; what a rollback or a hold says of them is asked for.
      const by = env === undefined && ASKED.has(args[0] ?? '') ? ['--requested-by', 'oncall'] : [];
      return await runPromote(directory, { ...variables, ...env }, [...args, ...by, ...file]);
    },
    result: async (...args) => {
      const { code, stdout, stderr } = await stage.run(args);
      if (code !== 0) throw new Error(`ended with ${code}: ${stderr}${stdout}`);
      return fields(JSON.parse(stdout));
    },
    apply: async (...args) => (await stage.result('apply', 'production', ...args)).state,
    release: async (version, image = 'api') => {
      const platforms = [{ os: 'linux', architecture: 'amd64' }];
      const built = buildImage({ platforms, layers: [`${image} ${version}`] });
      await pushImage(store(parseRepositoryName(`oci:build/${image}`)), built, version);
      await stage.result('apply', 'dev', '--image', `${image}=oci:build/${image}:${version}`);
    },
    releaseAll: async version => {
      const platforms = [{ os: 'linux', architecture: 'amd64' }];
      const named = images.flatMap(image => ['--image', `${image}=oci:build/${image}:${version}`]);
      for (const image of images) {
        const built = buildImage({ platforms, layers: [`${image} ${version}`] });
        await pushImage(store(parseRepositoryName(`oci:build/${image}`)), built, version);
      }
      await stage.result('apply', 'dev', ...named);
    },
    tags: async (image = 'api') => (await store(parseRepositoryName(`oci:production/${image}`)).tags()) ?? [],
    writes: () => writesOf(place.calls()),
    checkOut: async (...more) => {
      const paths = [...Object.keys(files), ...more];
      const git = async (...args: string[]) => await runProgram('git', ['-C', directory, ...args]);
      await git('init', '--quiet');
      for (const path of paths) {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), await place.file(path));
      }
      await git('add', ...paths);
    },
  };
  return stage;
}

/** Creates the stage at a forge. */
export async function createPullStage(
  place: ReviewPlace & { readonly pulls: Pulls },
  ...rest: readonly [settings?: readonly string[], images?: readonly string[]]
): Promise<PullStage> {
  const stage = await createStage(place, ...rest);
  const { pulls } = place;
  const newest = async () => {
    const [pull] = await pulls.list();
    if (pull === undefined) throw new Error('no pull request was opened');
    return pull;
  };
  return {
    ...stage,
    pulls,
    newest,
    approve: async (...names) => {
      for (const name of names) await pulls.approve((await newest()).number, name);
    },
    merge: async () => await place.merge((await newest()).branch),
    status: async () => await pulls.status((await newest()).head),
  };
}

function environments(repository: string, images: readonly string[], settings: readonly string[]): string {
  return `version: 1
images: { ${images.map(image => `${image}: {}`).join(', ')} }
deployments: { repository: "${repository}", branch: main }
signing: { key: env://COSIGN_PRIVATE_KEY, publicKey: cosign.pub }
environments:
  dev: { from: build, registry: "oci:dev", files: ["dev/*.yaml"], commit: direct }
  production:
    from: dev
    registry: "oci:production"
    files: ["production/*.yaml"]
${settings.map(line => `    ${line}\n`).join('')}`;
}

function values(environment: string, image: string) {
  const text = `image:\n  repository: oci:${environment}/${image}\n  tag: "0"\n`;
  return [`${environment}/${image}.yaml`, text] as const;
}
