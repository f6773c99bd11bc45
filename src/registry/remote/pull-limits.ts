/** How many manifests a registry lets be pulled before it refuses. */
export interface PullLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds in which so many are let. */
  readonly window: number;
  /** Whom the registry counts for: an address, or an account's id. */
  readonly source?: string;
}

const COUNT = /^(\d{1,9})(?:;w=(\d{1,9}))?/;
const SOURCE = /^[\w.:-]{1,64}$/;

/** What registries say of their limits with each answer. https://docs.docker.com/docker-hub/usage/pulls/ */
export class PullLimits {
  readonly #known = new Map<string, PullLimit>();

  /** The newest word of a registry, by its host; `undefined` where it speaks of no limit. */
  of(registry: string): PullLimit | undefined {
    return this.#known.get(registry);
  }

  /** Takes note of an answer's headers, by lower-case name. */
  note(registry: string, headers: Readonly<Record<string, string>>): void {
    const [, limit, window = '0'] = COUNT.exec(headers['ratelimit-limit'] ?? '') ?? [];
    const [, remaining] = COUNT.exec(headers['ratelimit-remaining'] ?? '') ?? [];
    if (limit === undefined || remaining === undefined) return;
    const source = headers['docker-ratelimit-source'] ?? '';
    this.#known.set(registry, {
      limit: Number(limit),
      remaining: Number(remaining),
      window: Number(window),
      ...(SOURCE.test(source) ? { source } : {}),
    });
  }
}
