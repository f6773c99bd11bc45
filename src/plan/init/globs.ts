/** Globs for directories and files: those that differ in names of directories become one glob with `*` there. */
export function globsFor(directories: readonly string[], files: readonly string[], ending: string): string[] {
  const named = merged(files).map(segments => segments.join('/'));
  return [...merged(directories).map(segments => globOf(segments, ending)), ...named];
}

/** The paths by their segments; those of one length, first and last name are one, which has `*` where they differ. */
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
