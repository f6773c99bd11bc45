import { expect, it, onTestFinished } from 'vitest';
import { applyEnvironment } from '../../src/apply/apply.ts';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { type GitOptions, openGitRepository } from '../../src/git/open.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { PromotionRequest } from '../../src/plan/request.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import type { Effects } from '../../src/run/effects.ts';
import { createWorld } from '../e2e/world.ts';
import { commitFiles, git, makeBare } from '../git/fixture.ts';
import { makeNotingGit } from '../git/noting-git.ts';
import { startGitHttp } from '../servers/git-http.ts';
import { describeWith } from '../servers/tools.ts';
import { REQUEST } from './review-world.ts';

const BRANCH = 'promote/production/all';

describeWith(['git'], 'a promotion on plain Git', () => {
  it('is proposed by its branch, once', async () => {
    const { apply, head } = await createShop(['api']);
    expect(await apply()).toEqual(['proposed']);
    const proposed = await head(BRANCH);
    expect(await apply()).toEqual(['awaiting']);
    expect(await head(BRANCH)).toBe(proposed);
  });

  it('keeps the tickets that its branch was made for', async () => {
    const { apply, release, world } = await createShop(['api']);
    await apply({ tickets: ['OPS-3'] });
    await release('api', '2.0.0');
    expect(await apply()).toEqual(['proposed']);
    const message = await world.git('log', '-1', '--format=%B', BRANCH);
    expect(message).toContain('Promote api 2.0.0');
    expect(message.match(/^Promote-Ticket: .*/gm)).toEqual(['Promote-Ticket: OPS-3']);
  });

  it('is made anew on the base where that pins something else', async () => {
    const { apply, head, world } = await createShop(['api']);
    await apply();
    const values = await world.read('production/api.yaml');
    await commitFiles(world.repository, { 'production/api.yaml': values.replace('"0"', '"0.1"') }, 'Other');
    expect(await apply()).toEqual(['proposed']);
    expect(await head(`${BRANCH}^`)).toBe(await head('main'));
  });

  it.each(['production/api.yaml', 'README.md'])('keeps what a person committed to %s', async path => {
    const { apply, head, push, release } = await createShop(['api']);
    await apply();
    await push(path, 'by hand\n');
    const byHand = await head(BRANCH);
    await release('api', '2.0.0');
    expect(await apply()).toEqual(['BRANCH_MOVED']);
    expect(await head(BRANCH)).toBe(byHand);
  });

  it('goes on after a person merged the base into its branch', async () => {
    const { apply, head, release, world } = await createShop(['api']);
    await apply();
    await commitFiles(world.repository, { 'README.md': 'moved\n' }, 'Other');
    await world.gits(
      ['checkout', '--quiet', BRANCH],
      ['merge', '--quiet', '--no-ff', '--message', `Merge branch 'main' into ${BRANCH}`, 'main'],
      ['checkout', '--quiet', 'main'],
    );
    await release('api', '2.0.0');
    expect(await apply()).toEqual(['proposed']);
    expect(await head(`${BRANCH}^`)).toBe(await head('main'));
  });

  it('keeps the images that a filtered run was not asked about', async () => {
    const { apply, head, release, world } = await createShop(['api', 'web']);
    await apply();
    const before = await head(BRANCH);
    await release('api', '2.0.0');
    expect(await apply({ images: new Map([['api', undefined]]) })).toEqual(['proposed']);
    expect(await head(`${BRANCH}^`)).toBe(before);
    expect(await world.git('show', `${BRANCH}:production/web.yaml`)).toContain('1.0.0@');
  });

  it('that awaits its merge costs few commands of Git, and one request for all its groups', async () => {
    const images = ['api', 'web'];
    const { apply, world } = await createShop(images, { group: 'image' });
    const { root, bare } = await makeBare(world.repository, 'http.receivepack=true');
    const server = await startGitHttp(root);
    onTestFinished(() => server.close());
    const { executable, commands } = await makeNotingGit();
    const location = { kind: 'remote', url: `${server.url}/origin.git` } as const;
    expect(await apply({}, { location, executable })).toEqual(images.map(() => 'proposed'));
    await git(bare, 'update-ref', 'refs/heads/main', await moved(bare));
    await commands();
    const before = server.requests.length;
    expect(await apply({}, { location, executable })).toEqual(images.map(() => 'awaiting'));
    // The base, its files; the branches, their files; and who made each. Git's version is known by now.
    const base = ['ls-remote', 'cat-file', 'init', 'fetch', 'ls-tree', 'rev-list', 'fetch', 'cat-file'];
    const branches = ['ls-remote', 'fetch', 'ls-tree', 'ls-tree', 'rev-list', 'fetch', 'cat-file'];
    expect(await commands()).toEqual([...base, ...branches, 'rev-parse', 'log', 'log']);
    expect(server.requests.length - before).toBe(12);
  });
});

/** A commit on the base that changes none of its files. */
async function moved(bare: string): Promise<string> {
  const commit = ['commit-tree', 'main^{tree}', '-p', 'main', '-m', 'Moved'];
  return await git(bare, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...commit);
}

/** A shop on plain Git whose images are in dev, and whose production is changed by branches. */
async function createShop(images: readonly string[], { group = 'environment' } = {}) {
  const file = `version: 1
images: { ${images.map(image => `${image}: {}`).join(', ')} }
environments:
  dev: { from: build, registry: "oci:../dev", files: ["dev/*.yaml"] }
  production:
    from: dev
    registry: "oci:../production"
    files: ["production/*.yaml"]
    pullRequest: { group: ${group} }
`;
  const world = await createWorld({ 'README.md': 'shop\n' });
  onTestFinished(() => world.close());
  const store = openLayout(world.repository);
  const values = (environment: string, image: string, tag: string) =>
    `image:\n  repository: oci:../${environment}/${image}\n  tag: "${tag}"\n`;
  const release = async (image: string, version: string) => {
    const platforms = [{ os: 'linux', architecture: 'amd64' }];
    const built = buildImage({ platforms, layers: [`${image} ${version}`] });
    await pushImage(store(parseRepositoryName(`oci:../dev/${image}`)), built, version);
    const tag = `${version}@${built.index.descriptor.digest}`;
    await commitFiles(world.repository, { [`dev/${image}.yaml`]: values('dev', image, tag) }, 'Release');
  };
  const pins = images.map(image => [`production/${image}.yaml`, values('production', image, '0')] as const);
  await commitFiles(world.repository, Object.fromEntries(pins), 'Pins');
  for (const image of images) await release(image, '1.0.0');
  const unsigned = async () => Promise.reject(new Error('nothing is signed here'));
  const inPlace = {
    location: { kind: 'checkout', directory: world.repository },
    executable: undefined,
  } as const;
  const apply = async (
    request: Partial<PromotionRequest> = {},
    open: Pick<GitOptions, 'location' | 'executable'> = inPlace,
  ) => {
    const repository = await openGitRepository({
      author: { name: 'promote', email: 'promote@example.com' },
      env: world.env,
      ...open,
    });
    const nothing = () => undefined;
    const effects: Effects = {
      store,
      repository: async () => repository,
      signing: unsigned,
      trust: unsigned,
      now: () => new Date('2026-11-21T12:00:00Z'),
      progress: nothing,
      log: nothing,
    };
    const environments = parseEnvironments(file, 'environments.yaml');
    const { groups } = await applyEnvironment(effects, environments, { ...REQUEST, ...request });
    await repository.close();
    return groups.map(({ done, failed }) => failed?.code ?? done?.pins.kind);
  };
  return {
    world,
    release,
    apply,
    head: async (name: string) => await world.git('rev-parse', name),
    push: async (path: string, text: string) => {
      await world.git('checkout', '--quiet', BRANCH);
      await commitFiles(world.repository, { [path]: text }, 'By hand');
      await world.git('checkout', '--quiet', 'main');
    },
  };
}
