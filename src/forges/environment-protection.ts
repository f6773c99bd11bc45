/** How a forge protects an environment that jobs of its CI use. */
export interface EnvironmentProtection {
  /** Whether people must approve a job. */
  readonly asksPeople: boolean;
  /** How to prevent that whoever started a run approves it; `undefined` where the forge prevents that. */
  readonly againstSelf: string | undefined;
  /** What else a job waits for, in words. */
  readonly waitsFor: readonly string[];
}
