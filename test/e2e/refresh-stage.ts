import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { buildImage } from '../../src/demo/image.ts';
import { runPromote } from '../built/run-promote.ts';
import { type RegistryOptions, startRegistry } from '../servers/registry.ts';
import type { Files, ReviewPlace } from './review-place.ts';
import { push } from './shop.ts';
import { writesOf } from './writes.ts';

/** What a run said, as far as it matters here. */
const REPORT = z.object({
  repositories: z.tuple([
    z.object({
      groups: z.array(
        z.object({
          name: z.string(),
          outcome: z.object({ kind: z.string(), branch: z.string(), reason: z.string().optional() }),
        }),
      ),
      closed: z.array(z.object({ kind: z.string(), branch: z.string() })),
      left: z.array(z.object({ file: z.string(), why: z.string(), reason: z.string() })),
    }),
  ]),
});

/** What a refresh did in the one repository. */
export type Refreshed = z.infer<typeof REPORT>['repositories'][0] & {
  readonly code: number;
  readonly stderr: string;
  /** What became of each group. */
  readonly kinds: readonly string[];
};

/** Base images, and a repository whose files name them, refreshed by the command line from an empty directory. */
export interface RefreshStage {
  readonly host: string;
  /** Refreshes; `HOST` in an argument stands for the registry. */
  refresh(...args: readonly string[]): Promise<Refreshed>;
  /** Pushes an image to `base/<reference>`, the same for the same text; answers its digest. */
  publish(reference: string, text: string): Promise<string>;
  /** Commits files as a person; `HOST` stands for the registry. */
  put(files: Files, branch?: string): Promise<string>;
  /** Says something else under `refresh`, and more in the file. */
  configure(refresh: string, more?: string): Promise<void>;
  /** The branch of a group that has the name of its one image. */
  branchOf(image: string): string;
  /** What promote wrote at the place since the last call. */
  writes(): readonly string[];
}

/** Creates the stage; `refresh` is what the environments file says under that key. */
export async function createRefreshStage(
  place: ReviewPlace,
  refresh = '{}',
  faults: NonNullable<RegistryOptions['faults']> = () => undefined,
): Promise<RefreshStage> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-refresh-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const registry = await startRegistry({ faults });
  onTestFinished(() => registry.stop());
  const { host } = registry;
  const put: RefreshStage['put'] = async (files, branch) => {
    const filled = Object.entries(files).map(([path, text]) => [path, text.replaceAll('HOST', host)]);
    return await place.push(Object.fromEntries(filled), branch);
  };
  const configure: RefreshStage['configure'] = async (written, more = '') => {
    await put({
      'environments.yaml': `version: 1
images: { api: {} }
deployments: { repository: "${place.url}", branch: main }
environments: { dev: { from: build, registry: HOST/dev, files: ["dev/*.yaml"] } }
refresh: ${written}
${more}`,
    });
  };
  await configure(refresh);
  return {
    host,
    put,
    configure,
    refresh: async (...args) => {
      const env = { PATH: process.env.PATH, HOME: directory, ...place.variables };
      const file = ['--file', `${place.url}//environments.yaml@main`, '--format', 'json'];
      const { code, stdout, stderr } = await runPromote(directory, env, ['refresh', ...args, ...file]);
      if (stdout === '') throw new Error(`ended with ${code}: ${stderr}`);
      const [result] = REPORT.parse(JSON.parse(stdout)).repositories;
      const kinds = result.groups.map(({ outcome }) => outcome.kind);
      return { ...result, kinds, code, stderr };
    },
    publish: async (reference, text) => {
      const platforms = [{ os: 'linux', architecture: 'amd64' }];
      return await push(buildImage({ platforms, layers: [text] }), `${host}/base/${reference}`);
    },
    branchOf: image => `promote/refresh/${host.replace(/[^a-z0-9]+/g, '-')}-base-${image}`,
    writes: () => writesOf(place.calls()),
  };
}
