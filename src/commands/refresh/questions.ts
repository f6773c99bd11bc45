import { failureText, PromoteError } from '../../errors.ts';
import { type ImageContents, readContents } from '../../images/contents.ts';
import { type ImageFacts, readImageFacts } from '../../images/facts.ts';
import { type Image, readImage } from '../../images/image.ts';
import { readOsRelease } from '../../images/os-release.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { formatReference, type RepositoryName, registryOf } from '../../oci/reference.ts';
import { RegistryError } from '../../registry/registry-error.ts';
import type { PullLimit, PullLimits } from '../../registry/remote/pull-limits.ts';
import type { TagOrDigest } from '../../registry/store.ts';
import type { Effects } from '../../run/effects.ts';

/** The questions to registries in one run, each asked once. */
export interface Questions {
  /** Costs one HEAD. */
  head(repository: RepositoryName, target: TagOrDigest): Promise<Descriptor | undefined>;
  /** `undefined` if the list is incomplete. */
  tags(repository: RepositoryName): Promise<readonly string[] | undefined>;
  facts(repository: RepositoryName, digest: Digest): Promise<ImageFacts>;
  contents(repository: RepositoryName, digest: Digest): Promise<ImageContents>;
  /**
   * Asks a registry, or returns why it could not be asked; after a 429 it is not asked again. `pulls`: the
   * manifests that this pulls, besides those that `facts` and `contents` count.
   */
  attempt<T>(repository: RepositoryName, ask: () => Promise<T>, pulls?: number): Promise<T | Unanswered>;
}

/** A registry gave no answer. `waiting`: it limits requests, and the next run asks again. */
export interface Unanswered {
  readonly kind: 'failed' | 'waiting';
  readonly reason: string;
}

/** An image's facts; `undefined` if the image or a part of it is gone. */
export async function factsOrNone(
  questions: Questions,
  ...image: Parameters<Questions['facts']>
): Promise<ImageFacts | undefined> {
  try {
    return await questions.facts(...image);
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** The most manifests that are pulled for an image and for its attachments. */
const PULLS = { image: 2, contents: 4 } as const;

/** Creates a run's questions. */
export function createQuestions({
  store,
  pullLimits,
  log,
}: Pick<Effects, 'store' | 'pullLimits' | 'log'>): Questions {
  const heads = new Map<string, Promise<Descriptor | undefined>>();
  const lists = new Map<string, Promise<readonly string[] | undefined>>();
  const images = new Map<string, Promise<Image>>();
  const facts = new Map<string, Promise<ImageFacts>>();
  const contents = new Map<string, Promise<ImageContents>>();
  const releases = new Map<string, Promise<string | undefined>>();
  const limited = new Set<string>();
  const budget = createPullBudget(pullLimits);
  const image = (repository: RepositoryName, digest: Digest) =>
    remembered(images, formatReference({ repository, digest }), () =>
      budget(repository, PULLS.image, () => readImage(store(repository), digest)),
    );
  return {
    head: (repository, target) =>
      remembered(heads, `${repository} ${target}`, () => store(repository).head(target)),
    tags: repository =>
      remembered(lists, repository, async () => {
        const listed = await store(repository).tags();
        // Without this line it would seem that there is nothing newer.
        if (listed === undefined) log(`${repository}: its tags cannot all be listed, so none is proposed`);
        return listed;
      }),
    facts: (repository, digest) =>
      remembered(facts, formatReference({ repository, digest }), async () =>
        readImageFacts(await image(repository, digest)),
      ),
    contents: (repository, digest) =>
      remembered(contents, formatReference({ repository, digest }), async () => {
        const read = await image(repository, digest);
        return await budget(repository, PULLS.contents, () =>
          readContents(read, layer =>
            remembered(releases, layer.digest, () => readOsRelease(read.store, layer)),
          ),
        );
      }),
    attempt: async (repository, ask, pulls = 0) => {
      const host = registryOf(repository);
      if (limited.has(host)) return atItsLimit(host);
      try {
        return pulls === 0 ? await ask() : await budget(repository, pulls, ask);
      } catch (error) {
        if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
        if (error instanceof PullsSpent) return waiting(error.message);
        if (!(error instanceof RegistryError) || error.status !== 429) {
          return { kind: 'failed', reason: failureText(error) };
        }
        // A copy also asks the registry that it writes to.
        limited.add(error.host);
        return atItsLimit(error.host);
      }
    },
  };
}

function atItsLimit(host: string): Unanswered {
  return waiting(`${host} limits requests`);
}

function waiting(reason: string): Unanswered {
  return { kind: 'waiting', reason: `${reason}: the next run asks again` };
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const value = known.get(key) ?? ask();
  known.set(key, value);
  return value;
}

/** Runs work that pulls manifests if its registry allows so many pulls; otherwise throws `PullsSpent`. */
type PullBudget = <T>(repository: RepositoryName, pulls: number, work: () => Promise<T>) => Promise<T>;

/** The share of a limit that is left to others, such as builds beside this run. */
const KEPT_SHARE = 0.1;

/** Creates a run's budget; pulls that have started count as done. */
function createPullBudget(limits: PullLimits | undefined): PullBudget {
  const underWay = new Map<string, number>();
  const add = (host: string, pulls: number) => underWay.set(host, (underWay.get(host) ?? 0) + pulls);
  return async (repository, pulls, work) => {
    const host = registryOf(repository);
    const known = limits?.of(host);
    const left = (known?.remaining ?? Number.POSITIVE_INFINITY) - (underWay.get(host) ?? 0) - pulls;
    if (known !== undefined && left < known.limit * KEPT_SHARE) throw new PullsSpent(host, known);
    add(host, pulls);
    try {
      return await work();
    } finally {
      add(host, -pulls);
    }
  };
}

/** A registry allows too few pulls (`REGISTRY`); the message says how many. */
class PullsSpent extends PromoteError {
  constructor(host: string, { limit, remaining, window, source }: PullLimit) {
    const within = window === 0 ? '' : ` within ${Math.round(window / 360) / 10} hours`;
    const whom = source === undefined ? '' : `, counted for ${source}`;
    super('REGISTRY', `${host} lets ${remaining} more of ${limit} manifests be pulled${within}${whom}`, {
      hint: `run it again later, or log in to ${host} for a higher limit`,
    });
    this.name = 'PullsSpent';
  }
}
