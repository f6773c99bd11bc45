import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Ends a run that skipped something by saying what; the titles say why, such as `(needs skopeo)`. */
export class Skipped implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    // Tests that a name on the command line leaves out are skipped as well.
    if (this.#vitest?.config.testNamePattern !== undefined) return;
    const names = modules.flatMap(module =>
      [...module.children.allTests('skipped')].map(test => `${module.relativeModuleId}: ${test.fullName}`),
    );
    for (const line of skippedLines(names)) this.#vitest?.logger.log(line);
  }
}

/** What to say of the skipped tests: those of one suite with a reason are one line. */
export function skippedLines(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const suites = Map.groupBy(names, name => /^.*?\(needs [^)]*\)/.exec(name)?.[0] ?? name);
  const lines = [...suites].map(
    ([suite, tests]) => `  ${suite}${tests.length > 1 ? `: ${tests.length} tests` : ''}`,
  );
  return [`skipped ${names.length} of the tests:`, ...lines];
}
