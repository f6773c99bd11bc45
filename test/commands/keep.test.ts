import { afterEach, expect, it } from 'vitest';
import { findKept } from '../../src/commands/keep/keep.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { PromoteError } from '../../src/errors.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { storesApart } from '../../src/registry/evidence/apart.ts';
import type { Store } from '../../src/registry/store.ts';
import { isAnswered, type KeptImage, neededOf } from '../../src/reports/keep.ts';
import { createReviewWorld, type ReviewWorld } from '../apply/review-world.ts';
import { artifact, pushEmpty } from '../registry/store-contract.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';

const SIGNER = await newSigner();
const PRODUCTION = parseRepositoryName('oci:../production/api');
const DEV = parseRepositoryName('oci:../dev/api');

describeWith(['git'], 'what a clean-up must leave alone', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('is what an environment pins, with its platforms and all of its evidence, evidence on evidence too', async () => {
    shop = await createReviewWorld(['commit: direct'], { signer: SIGNER });
    await promote('1.0.0');
    const store = shop.effects.store(PRODUCTION);
    const subject = await digestAt(PRODUCTION, '1.0.0');
    await pushEmpty(store);
    const sbom = artifact({ ...(await described(store, '1.0.0')) }, 'sbom');
    await store.putManifest(sbom);
    const signature = artifact(sbom.descriptor, 'signature');
    await store.putManifest(signature);
    const { images } = await kept();
    const own = images.find(({ digest }) => digest === subject);
    const kinds = Map.groupBy(manifestsOf(own), ({ kind }) => kind);
    expect(kinds.get('image')).toMatchObject([{ digest: subject }]);
    expect(kinds.get('platform')).toHaveLength(1);
    const evidence = kinds.get('evidence')?.map(({ digest }) => digest);
    expect(evidence).toContain(sbom.descriptor.digest);
    expect(evidence).toContain(signature.descriptor.digest);
    // And our signature, dev's record and production's.
    expect(evidence).toHaveLength(5);
  });

  it('is told of the repository that evidence is kept in, with the tags there', async () => {
    shop = await createReviewWorld(['commit: direct'], { signer: SIGNER });
    const place = parseRepositoryName('oci:../evidence');
    Object.assign(shop.effects, { store: storesApart(shop.effects.store, new Map([[PRODUCTION, place]])) });
    await promote('1.0.0');
    const { images } = await kept();
    const [own, apart] = [PRODUCTION, place].map(repository =>
      images.find(image => image.repository === repository && image.parts.state === 'kept'),
    );
    expect(manifestsOf(own).map(({ kind }) => kind)).toEqual(['image', 'platform']);
    expect(manifestsOf(apart).map(({ kind }) => kind)).toEqual(['evidence', 'evidence', 'evidence']);
    expect(
      neededOf(
        { last: 1, images, failures: [] },
        manifestsOf(apart).map(({ digest }) => digest),
      ),
    ).toHaveLength(3);
  });

  it('goes back as many changes as may be rolled back, and no further', async () => {
    shop = await createReviewWorld(['commit: direct']);
    for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await promote(version);
    const digests = await Promise.all(
      ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map(async tag => await digestAt(PRODUCTION, tag)),
    );
    const [oldest, ...others] = digests;
    const { images } = await kept({ last: 2 });
    expect(images.map(({ digest }) => digest)).toEqual(others.reverse());
    expect((await kept({ last: 3 })).images.map(({ digest }) => digest)).toContain(oldest);
  });

  it('is what an open pull request would pin, also where it is taken from', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await promote('1.0.0');
    const { url } = (await shop.forge.pulls())[0] ?? {};
    const proposed = (await kept()).images.filter(({ needs }) => needs.some(({ why }) => why === 'proposed'));
    expect(proposed).toMatchObject([
      { repository: PRODUCTION, needs: [{ environment: 'production', why: 'proposed', where: url }] },
      { repository: DEV, digest: await digestAt(DEV, '1.0.0') },
    ]);
  });

  it("is what anybody's open pull request would pin, and not what its branch has from before", async () => {
    shop = await createReviewWorld(['commit: direct']);
    await promote('1.0.0');
    for (const branch of ['old', 'mine']) await shop.world.git('branch', branch);
    await shop.forge.propose('old', 'eve');
    await shop.commit('old', 'README.md', 'hello\n');
    await shop.forge.propose('mine', 'eve');
    const named = `kind: Pod\nimage: oci:../production/api:2.0.0\n`;
    await shop.commit('mine', 'production/other.yaml', named);
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) await promote(version);
    const { images } = await kept({ last: 1 });
    const proposed = images.filter(({ needs }) => needs.some(({ why }) => why === 'proposed'));
    expect(new Set(proposed.flatMap(({ tags }) => tags))).toEqual(new Set(['2.0.0']));
    expect(proposed.map(({ needs }) => needs[0]?.where)).toContain('https://forge.example/pull/2');
  });

  it('is nothing that was never there, which is told', async () => {
    shop = await createReviewWorld(['commit: direct']);
    const { images, ...rest } = await kept();
    expect(images).toMatchObject([{ tags: ['0'], parts: { state: 'absent' } }]);
    expect(isAnswered({ images, ...rest })).toBe(true);
  });

  it('is unknown where a registry or a repository does not answer', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await promote('1.0.0');
    const down = async () => Promise.reject(new PromoteError('UNREACHABLE', 'no route to the host'));
    const open = shop.effects.store;
    Object.assign(shop.effects, {
      store: (name: Store['name']) => ({ ...open(name), name, manifest: down }),
    });
    const unread = await kept();
    expect(unread.images[0]?.parts).toMatchObject({ state: 'unread', error: { code: 'UNREACHABLE' } });
    expect([isAnswered(unread), neededOf(unread, [])]).toEqual([false, []]);
    Object.assign(shop.effects, { repository: down });
    const unknown = await kept();
    expect(unknown.failures).toMatchObject([{ environment: 'production' }]);
    expect(isAnswered(unknown)).toBe(false);
  });

  it.each([
    [
      'a file that cannot be read',
      'production/z.yaml',
      'image: [oci:../production/api\n',
      'production/z.yaml',
    ],
    [
      'an image outside of pins',
      'production/z.yaml',
      'run: "pull oci:../production/api:3"\n',
      'outside of a pin',
    ],
  ])('is not all known beside %s', async (_, path, text, reason) => {
    shop = await createReviewWorld(['commit: direct']);
    await promote('1.0.0');
    await shop.commit('main', path, text);
    const found = await kept();
    expect(found.failures.map(({ error }) => error.message).join()).toContain(reason);
    expect(isAnswered(found)).toBe(false);
  });

  it('is in the repository that a pin names, too', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await shop.release('1.0.0');
    const dev = await shop.world.read('dev/api.yaml');
    await shop.commit('main', 'production/api.yaml', dev);
    const pinned = (await kept()).images.filter(({ needs }) => needs.some(({ why }) => why === 'pinned'));
    expect(pinned.map(({ repository }) => repository)).toContain(DEV);
  });

  it('asks for the tags of a repository once', async () => {
    shop = await createReviewWorld(['commit: direct']);
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await promote(version);
    let listings = 0;
    const open = shop.effects.store;
    Object.assign(shop.effects, {
      store: (name: Store['name']) => {
        const store = open(name);
        return Object.assign(Object.create(store), {
          tags: async () => {
            listings += 1;
            return await store.tags();
          },
        });
      },
    });
    await kept();
    expect(listings).toBe(1);
  });

  it('has the tags of an image that is pinned by its digest alone, for clean-ups by tag', async () => {
    shop = await createReviewWorld(['commit: direct']);
    for (const version of ['1.0.0', '1.1.0']) await promote(version);
    const digest = await digestAt(PRODUCTION, '1.1.0');
    // The last change was one of digests alone, too.
    for (const pinned of [await digestAt(PRODUCTION, '1.0.0'), digest])
      await shop.commit('main', 'production/api.yaml', `kind: Pod\nimage: oci:../production/api@${pinned}\n`);
    const tagsOf = async (byTag: boolean) => {
      const { images } = await findKept(shop.effects, shop.environments, {
        names: ['production'],
        last: 1,
        byTag,
      });
      const found = images.find(
        image => image.digest === digest && image.needs.some(({ why }) => why === 'pinned'),
      );
      return found?.parts.state === 'kept' ? found.parts.tags : undefined;
    };
    expect(await tagsOf(false)).toEqual([]);
    expect(await tagsOf(true)).toEqual(['1.1.0']);
    const open = shop.effects.store;
    Object.assign(shop.effects, {
      store: (name: Store['name']) =>
        Object.assign(Object.create(open(name)), { tags: async () => undefined }),
    });
    expect(await tagsOf(true)).toBeUndefined();
  });

  it('names every image that needs a digest which shall be deleted', async () => {
    shop = await createReviewWorld(['commit: direct'], { signer: SIGNER });
    await promote('1.0.0');
    const all = await findKept(shop.effects, shop.environments, { names: [], last: 5 });
    const platform = manifestsOf(all.images.find(({ repository }) => repository === PRODUCTION)).find(
      ({ kind }) => kind === 'platform',
    );
    if (platform === undefined) throw new Error('no platform');
    const needed = neededOf(all, [platform.digest, platform.digest]);
    expect(needed.map(({ by }) => by.repository)).toEqual([DEV, PRODUCTION]);
  });

  async function promote(version: string) {
    await shop.release(version);
    await shop.apply();
  }

  async function kept({ last = 10 } = {}) {
    const { name } = environmentNamed(shop.environments, 'production');
    return await findKept(shop.effects, shop.environments, { names: [name], last });
  }

  async function digestAt(repository: Store['name'], tag: string) {
    return (await described(shop.effects.store(repository), tag)).digest;
  }

  async function described(store: Store, tag: string) {
    const found = await store.head(tag);
    if (found === undefined) throw new Error(`no ${tag}`);
    return found;
  }
});

function manifestsOf(image: KeptImage | undefined) {
  return image?.parts.state === 'kept' ? image.parts.manifests : [];
}
