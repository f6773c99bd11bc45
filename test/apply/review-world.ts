import { applyEnvironment } from '../../src/apply/apply.ts';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import type { Environments } from '../../src/environments/environments.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { openGitRepository } from '../../src/git/open.ts';
import type { Repository } from '../../src/git/repository.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { PromotionRequest } from '../../src/plan/request.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import type { ApplyResult } from '../../src/reports/apply.ts';
import type { Effects, OurSigning } from '../../src/run/effects.ts';
import type { Signer } from '../../src/signing/signer.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { createMemoryForge, type MemoryForge } from './memory-forge.ts';

/** A shop whose production is changed by pull request, and what can happen to it. */
export interface ReviewWorld {
  readonly world: World;
  readonly forge: MemoryForge;
  readonly effects: Effects;
  readonly environments: Environments;
  /** Builds a version of an image and puts it into dev. */
  release(version: string, image?: string): Promise<void>;
  /** One run of `promote apply production`. */
  apply(request?: Partial<PromotionRequest>): Promise<ApplyResult>;
  /** Commits as a person, on a branch of its own or on the one named. */
  commit(branch: string, path: string, text: string): Promise<void>;
  /** The tags of an image in an environment; of `api` in production where nothing else is said. */
  promoted(image?: string, environment?: string): Promise<readonly string[]>;
  status(): Promise<string | undefined>;
}

const BRANCH = 'promote/production/all';

/** What `promote apply production` asks for. */
export const REQUEST: PromotionRequest = {
  environment: 'production',
  images: new Map(),
  allowDirect: false,
  allowBackward: false,
  approvedBy: [],
  evidence: 'all',
};

/** `settings` are lines of production's entry; the shop sells `api`, or the images named. */
export async function createReviewWorld(
  settings: readonly string[],
  {
    images = ['api'],
    teams,
    dev = 'commit: direct',
    says = 'annotations',
    signer,
    vsa = false,
    registry = '"oci:../production"',
    files = '"production/*.yaml"',
    repositoryUrl = 'https://github.com/acme/shop',
    more = '',
  }: {
    readonly images?: readonly string[];
    readonly teams?: Readonly<Record<string, readonly string[]>>;
    readonly dev?: string;
    /** Where images say what they were built from. */
    readonly says?: 'annotations' | 'labels';
    /** Who signs and records; absent: nobody. */
    readonly signer?: Signer;
    /** Whether promotions leave verification summaries. */
    readonly vsa?: boolean;
    /** Production's. */
    readonly registry?: string;
    /** The globs of its files. */
    readonly files?: string;
    /** Further lines of the file. */
    readonly more?: string;
    /** Where commits are read from. */
    readonly repositoryUrl?: string;
  } = {},
): Promise<ReviewWorld> {
  const file = `version: 1
images: { ${images.map(image => `${image}: { source: "oci:../build/${image}", repositoryUrl: "${repositoryUrl}" }`).join(', ')} }
${signer === undefined ? '' : `signing: { key: cosign.key, vsa: ${vsa} }\n`}environments:
  dev: { from: build, registry: "oci:../dev", files: ["dev/*.yaml"], ${dev} }
  production:
    from: dev
    registry: ${registry}
    files: [${files}]
${settings.map(line => `    ${line}\n`).join('')}${more}
`;
  const values = (environment: string, image: string) =>
    `image:\n  repository: oci:../${environment}/${image}\n  tag: "0"\n`;
  const world = await createWorld({
    'environments.yaml': file,
    ...Object.fromEntries(
      images.flatMap(image =>
        ['dev', 'production'].map(name => [`${name}/${image}.yaml`, values(name, image)] as const),
      ),
    ),
    'README.md': 'shop\n',
  });
  const forge = createMemoryForge(world, teams);
  const environments = parseEnvironments(file, 'environments.yaml');
  const store = openLayout(world.repository);
  const git = await openGitRepository({
    location: { kind: 'checkout', directory: world.repository },
    // Pure JavaScript: what is shown here is no matter of Git's program, and each of its processes takes its time.
    executable: undefined,
    author: { name: 'promote', email: 'promote@example.com' },
    env: Object.fromEntries(Object.entries(world.env).filter(([name]) => !/^GIT_(?:AUTHOR|COMM)/.test(name))),
  });
  const unsigned = async () => Promise.reject(new Error('nothing is signed here'));
  const signed = async ({ trust }: Signer): Promise<OurSigning> => ({
    trust,
    formats: ['bundle'],
    signer: async () => signer ?? (await unsigned()),
  });
  const nothing = () => undefined;
  const effects: Effects = {
    store,
    repository: async () => git satisfies Repository,
    forge: async () => forge,
    signing: async () => await (signer === undefined ? unsigned() : signed(signer)),
    trust: unsigned,
    now: () => new Date('2026-11-21T12:00:00Z'),
    progress: nothing,
    log: nothing,
  };
  const run = async (request: Partial<PromotionRequest>) =>
    await applyEnvironment(effects, environments, { ...REQUEST, ...request });
  return {
    world,
    forge,
    effects,
    environments,
    release: async (version, image = 'api') => {
      const built = buildImage({
        platforms: [{ os: 'linux', architecture: 'amd64' }],
        layers: [`${image} ${version}`],
        [says]: {
          'org.opencontainers.image.created': '2026-11-20T08:00:00Z',
          'org.opencontainers.image.source': 'https://github.com/acme/shop',
          'org.opencontainers.image.revision': version.replaceAll('.', '').padEnd(40, 'a'),
        },
      });
      const reference = `oci:../build/${image}:${version}`;
      await pushImage(store(parseRepositoryName(`oci:../build/${image}`)), built, version);
      await run({ environment: 'dev', images: new Map([[image, reference]]) });
    },
    apply: async (request = {}) => await run(request),
    commit: async (branch, path, text) => {
      if (branch !== 'main') await world.git('checkout', '--quiet', branch);
      await world.write(path, text);
      const commit = [
        ['add', '.'],
        ['commit', '--quiet', '--message=By hand'],
      ];
      await world.gits(...commit, ['checkout', '--quiet', 'main']);
    },
    promoted: async (image = 'api', environment = 'production') =>
      (await store(parseRepositoryName(`oci:../${environment}/${image}`)).tags()) ?? [],
    status: async () => forge.statuses.get(await world.git('rev-parse', BRANCH))?.state,
  };
}
