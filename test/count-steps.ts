import { type Profiler, Session } from 'node:inspector';

// Only what is compiled from now on counts its blocks: this module has to be loaded before what it counts is called.
const session = new Session();
session.connect();
post('Profiler.enable');
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/**
 * How much work a synchronous call is: how often its functions and the blocks in them run, as V8 counts them, and how
 * many elements arrays' built-in searches may look at. Unlike a clock, it says the same on a busy machine.
 * https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#method-takePreciseCoverage
 */
export function countSteps(run: () => unknown): number {
  const searches = countSearches();
  try {
    post('Profiler.takePreciseCoverage');
    run();
    const { result } = post('Profiler.takePreciseCoverage');
    return searches.stop() + result.reduce((sum, script) => sum + stepsIn(script), 0);
  } finally {
    searches.stop();
  }
}

interface Coverage {
  readonly result: readonly Profiler.ScriptCoverage[];
}

/** Within the process an answer is there before the call returns. */
function post(method: string, parameters?: object): Coverage {
  let answer: Coverage = { result: [] };
  session.post(method, parameters, (error, result) => {
    if (error) throw error;
    answer = result as Coverage;
  });
  return answer;
}

function stepsIn({ functions }: Profiler.ScriptCoverage): number {
  return functions.flatMap(({ ranges }) => ranges).reduce((sum, { count }) => sum + count, 0);
}

const SEARCHES = ['includes', 'indexOf', 'lastIndexOf'] as const;

/** Counts what loops inside the engine, where V8 sees one call. */
function countSearches(): { readonly stop: () => number } {
  let count = 0;
  const originals = SEARCHES.map(name => [name, Array.prototype[name]] as const);
  for (const [name, original] of originals) {
    Object.defineProperty(Array.prototype, name, {
      configurable: true,
      writable: true,
      value(this: readonly unknown[], ...given: readonly unknown[]) {
        count += this.length;
        return Reflect.apply(original, this, given);
      },
    });
  }
  return {
    stop: () => {
      for (const [name, value] of originals) {
        Object.defineProperty(Array.prototype, name, { configurable: true, writable: true, value });
      }
      return count;
    },
  };
}
