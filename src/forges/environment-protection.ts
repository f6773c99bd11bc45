/** How a forge protects an environment that jobs of its CI enter. */
export interface EnvironmentProtection {
  /** Whether people have to let a job in. */
  readonly asksPeople: boolean;
  /** What keeps whoever started a run from letting it in; `undefined` where they may not. */
  readonly againstSelf: string | undefined;
  /** What else a job waits for, in words. */
  readonly waitsFor: readonly string[];
}
