/** The number of manifest pulls that a registry allows. */
export interface PullLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds that the limit applies to. */
  readonly window: number;
  /** The address or account id that the registry counts pulls for. */
  readonly source?: string;
}

const COUNT = /^(\d{1,9})(?:;w=(\d{1,9}))?/;
const SOURCE = /^[\w.:-]{1,64}$/;

/** The limits that registries report in each answer. https://docs.docker.com/docker-hub/usage/pulls/ */
export class PullLimits {
  readonly #known = new Map<string, PullLimit>();

  /** The last reported limit of a registry, by its host; `undefined` if it reports none. */
  of(registry: string): PullLimit | undefined {
    return this.#known.get(registry);
  }

  /** Records the limit in an answer's headers, given by lower-case names. */
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
