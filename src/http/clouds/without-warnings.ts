/** By warning, how many pieces of work that suppress it are under way. */
const quiet = new Map<string, number>();

let original: typeof process.emitWarning | undefined;

/** Does work during which Node.js prints no warning of this name. A library emits it without a fault. */
export async function withoutWarnings<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  quiet.set(name, (quiet.get(name) ?? 0) + 1);
  original ??= replace();
  try {
    return await work();
  } finally {
    const left = (quiet.get(name) ?? 1) - 1;
    if (left > 0) quiet.set(name, left);
    else quiet.delete(name);
    if (quiet.size === 0 && original !== undefined) {
      process.emitWarning = original;
      original = undefined;
    }
  }
}

function replace(): typeof process.emitWarning {
  const emit = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: readonly unknown[]) => {
    const [type] = rest;
    if (typeof type === 'string' && quiet.has(type)) return;
    Reflect.apply(emit, process, [warning, ...rest]);
  };
  return emit;
}
