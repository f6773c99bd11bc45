import { generateKeyPairSync } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pushImage } from '../../src/demo/image.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { addOrigin } from './origin.ts';
import { build } from './shop.ts';
import { createWorld, type Ran, type World } from './world.ts';

/** How what `promote` proposes gets to the branch: directly, or the ways that people merge. */
export type Way = 'direct' | 'merge' | 'squash' | 'rebase' | 'hand';

/** An image that goes from qa to production, which pins it in Helm values, a kustomization and a plain manifest. */
export interface RollbackStage extends World {
  /** Builds a version and brings it to production in the stage's way, or proposes it alone; answers its digest. */
  deliver(version: string, merged?: boolean): Promise<Digest>;
  /** Runs a command that changes production's branch, and merges what it proposes. */
  change(...args: readonly string[]): Promise<Ran>;
  /** Takes one manifest out of an environment's registry. */
  lose(environment: string, digest: string): Promise<void>;
  /** Deletes an image from an environment's registry with the tags that name it, as registries do. */
  forget(environment: string, digest: string): Promise<void>;
  /** The files of production that pin the image, one after the other. */
  files(): Promise<string>;
}

export const FILES = ['production/values.yaml', 'production/kustomization.yaml', 'production/app.yaml'];

/** Creates the stage; with a remote, a bare one that is pushed to. */
export async function createRollbackStage(way: Way, remote = false, gates = ''): Promise<RollbackStage> {
  const commit = way === 'direct' || way === 'hand' ? 'direct' : 'pull-request';
  const world = await createWorld({
    'environments.yaml': environments(commit, gates),
    'qa/values.yaml': values('qa'),
    'production/values.yaml': values('production'),
    'production/kustomization.yaml': kustomization,
    'production/app.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: app }\nspec:\n  containers:\n    - { name: api, image: "${IMAGE}:0.0.0" } # kept\n`,
  });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(world.directory, 'cosign.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  if (remote) await addOrigin(world);
  const change = (...args: readonly string[]) => changeBranch(world, way, remote, args);

  const lose = async (environment: string, digest: string) => {
    const blobs = join(world.directory, 'registries', environment, 'api/blobs/sha256');
    await rm(join(blobs, digest.replace('sha256:', '')));
  };
  return {
    ...world,
    change,
    async deliver(version, merged = true) {
      const digest = await pushBuild(world, version);
      await succeed(world.run('apply', 'qa', '--image', `api=oci:../registries/build/api:${version}`));
      if (way === 'hand') await promoteByHand(world, version, digest);
      else
        await succeed(
          (merged ? change : world.run)(
            'apply',
            'production',
            '--approved-by',
            'ann',
            '--approved-by',
            'bob',
          ),
        );
      if (remote) await world.git('pull', '--quiet', '--ff-only');
      return digest;
    },
    lose,
    async forget(environment, digest) {
      await lose(environment, digest);
      const path = join(world.directory, 'registries', environment, 'api/index.json');
      const index = JSON.parse(await readFile(path, 'utf8'));
      const manifests = index.manifests.filter((one: { digest: string }) => one.digest !== digest);
      await writeFile(path, JSON.stringify({ ...index, manifests }));
    },
    files: async () => (await Promise.all(FILES.map(path => world.read(path)))).join('---\n'),
  };
}

const IMAGE = 'registry.example/production/api';

async function pushBuild({ repository }: World, version: string): Promise<Digest> {
  const image = build(version);
  const store = openLayout(repository)(parseRepositoryName('oci:../registries/build/api'));
  await pushImage(store, image, version);
  return image.index.descriptor.digest;
}

/** Runs the command, then merges the branch that it made, if any. */
async function changeBranch(world: World, way: Way, remote: boolean, args: readonly string[]): Promise<Ran> {
  const ran = await world.run(...args);
  if (way === 'direct' || way === 'hand' || ran.code !== 0) return ran;
  if (remote) await world.git('pull', '--quiet', '--ff-only');
  const pattern = remote ? 'refs/remotes/origin/promote' : 'refs/heads/promote';
  const listed = await world.git('for-each-ref', '--format=%(refname)', pattern);
  for (const branch of listed.split('\n').filter(name => name !== '')) {
    await merge(world, way, branch);
    if (remote) {
      const name = branch.replace('refs/remotes/origin/', '');
      await world.git('push', '--quiet', 'origin', 'main', `:refs/heads/${name}`);
    } else await world.git('update-ref', '-d', branch);
  }
  return ran;
}

async function merge({ git }: World, way: Way, branch: string): Promise<void> {
  switch (way) {
    case 'merge':
      await git('merge', '--quiet', '--no-ff', '--message=Merge a branch', branch);
      break;
    case 'squash':
      await git('merge', '--quiet', '--squash', branch);
      await git('commit', '--quiet', '--message=Squashed, without a word of what it was');
      break;
    default:
      await git('commit', '--quiet', '--allow-empty', '--message=Something else came first');
      await git('cherry-pick', branch);
  }
}

async function promoteByHand(world: World, version: string, digest: Digest): Promise<void> {
  const store = openLayout(world.repository);
  const source = store(parseRepositoryName('oci:../registries/qa/api'));
  const target = store(parseRepositoryName('oci:../registries/production/api'));
  await succeed(world.run('copy', `${source.name}:${version}`, `${target.name}:${version}`));
  for (const path of FILES) {
    const text = (await world.read(path))
      .replace(/(tag: )"[^"]*"/, `$1"${version}@${digest}"`)
      .replace(
        /newTag: .*(?=# kept)(?:# kept)(?:\n {4}digest: .*)?/,
        `newTag: ${version} # kept\n    digest: ${digest}`,
      )
      .replace(/image: "[^"]*"/, `image: "${IMAGE}:${version}@${digest}"`);
    await world.write(path, text);
  }
  await world.git('commit', '--quiet', '--all', `--message=I put ${version} there myself`);
}

async function succeed(run: Promise<Ran>): Promise<void> {
  const { code, stderr } = await run;
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`);
}

function environments(commit: string, gates: string): string {
  const registry = (name: string) =>
    `[{ push: "oci:../registries/${name}", pull: registry.example/${name} }]`;
  return `version: 1
images: { api: { source: "oci:../registries/build/api" } }
signing: { key: ../cosign.key }
environments:
  qa: { from: build, registry: ${registry('qa')}, files: ["qa/*.yaml"], commit: direct }
  production:
    from: qa
    registry: ${registry('production')}
    files: ["production/*.yaml"]
    commit: ${commit}
    tags: ["{tag}", { name: "{major}", moves: true }]
${gates}`;
}

function values(environment: string): string {
  return `# ${environment}\nreplicas: 1\nimage:\n  repository: registry.example/${environment}/api\n  tag: "0.0.0" # kept\n`;
}

const kustomization = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images:
  - name: api
    newName: ${IMAGE}
    newTag: 0.0.0 # kept
`;
