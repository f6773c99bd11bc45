import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector';

/**
 * How much work a synchronous call is: how often its functions and the blocks in them run, as V8 counts them, and how
 * many elements the built-in searches of arrays may look at. Unlike a clock, it is the same on a busy machine.
 * https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#method-takePreciseCoverage
 */
export function countSteps(run: () => unknown): number {
  const session = new Session();
  session.connect();
  const searches = countSearches();
  try {
    post(session, 'Profiler.enable');
    post(session, 'Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    post(session, 'Profiler.takePreciseCoverage');
    run();
    const searched = searches.stop();
    const { result } = post(session, 'Profiler.takePreciseCoverage');
    return searched + result.reduce((sum, script) => sum + stepsIn(script), 0);
  } finally {
    searches.stop();
    session.disconnect();
  }
}

interface Coverage {
  readonly result: readonly Profiler.ScriptCoverage[];
}

/** In-process calls are answered before they return. */
function post(session: Session, method: string, parameters?: object): Coverage {
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

const SEARCHES = ['includes', 'indexOf', 'lastIndexOf', 'slice'] as const;

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
