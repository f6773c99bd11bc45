import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { formatReference, type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { ImageFacts } from '../../plan/refresh/image-facts.ts';
import { RegistryError } from '../../registry/registry-error.ts';
import type { Effects } from '../effects.ts';
import { readImageFacts } from './read-image-facts.ts';

/** What registries are asked in one run, each question once. */
export interface Questions {
  /** Costs one HEAD. */
  head(repository: RepositoryName, tag: string): Promise<Descriptor | undefined>;
  /** `undefined` where not all of them are listed. */
  tags(repository: RepositoryName): Promise<readonly string[] | undefined>;
  facts(repository: RepositoryName, digest: Digest): Promise<ImageFacts>;
  /** What came of questions to a registry, or why it could not be asked; after a 429 it is not asked again. */
  attempt<T>(repository: RepositoryName, ask: () => Promise<T>): Promise<T | Unanswered>;
}

/** A registry did not answer what was asked of it; `waiting`: it limits requests, and the next run asks again. */
interface Unanswered {
  readonly kind: 'failed' | 'waiting';
  readonly reason: string;
}

/** Begins a run's questions. */
export function createQuestions({ store }: Effects): Questions {
  const heads = new Map<string, Promise<Descriptor | undefined>>();
  const lists = new Map<string, Promise<readonly string[] | undefined>>();
  const images = new Map<string, Promise<ImageFacts>>();
  const limited = new Set<string>();
  return {
    head: (repository, tag) =>
      remembered(heads, formatReference({ repository, tag }), () => store(repository).head(tag)),
    tags: repository => remembered(lists, repository, () => store(repository).tags()),
    facts: (repository, digest) =>
      remembered(images, formatReference({ repository, digest }), () =>
        readImageFacts(store(repository), digest),
      ),
    attempt: async (repository, ask) => {
      const host = registryOf(repository);
      if (limited.has(host)) return atItsLimit(host);
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
        if (!(error instanceof RegistryError) || error.status !== 429) {
          return { kind: 'failed', reason: error.message };
        }
        limited.add(host);
        return atItsLimit(host);
      }
    },
  };
}

function atItsLimit(host: string): Unanswered {
  return { kind: 'waiting', reason: `${host} limits requests: the next run asks again` };
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const value = known.get(key) ?? ask();
  known.set(key, value);
  return value;
}
