/** Globs for directories and files. Those that differ in directories' names become one with `*` there. */
export function globsFor(directories: readonly string[], files: readonly string[], ending: string): string[] {
  const named = merged(files).map(segments => segments.join('/'));
  return [...merged(directories).map(segments => globOf(segments, ending)), ...named];
}

/** Paths as segments. Those of one length, first and last name become one, with `*` where they differ. */
function merged(paths: readonly string[]): readonly (readonly string[])[] {
  const shaped = Map.groupBy(new Set(paths), path => {
    const segments = path.split('/');
    return `${segments.length} ${segments[0]} ${segments.at(-1)}`;
  });
  return [...shaped.values()].map(alike => mergeAll(alike.map(path => path.split('/'))));
}

function mergeAll([first = [], ...others]: readonly (readonly string[])[]): readonly string[] {
  return first.map((segment, index) => (others.every(other => other[index] === segment) ? segment : '*'));
}

function globOf(segments: readonly string[], ending: string): string {
  return segments.join('/') === '.' ? `*${ending}` : `${segments.join('/')}/**/*${ending}`;
}
