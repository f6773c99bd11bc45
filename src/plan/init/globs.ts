/** Globs for directories and files: directories that differ in single names become one glob with `*` there. */
export function globsFor(directories: readonly string[], files: readonly string[], ending: string): string[] {
  const shaped = Map.groupBy(new Set(directories), directory => {
    const segments = directory.split('/');
    return `${segments.length} ${segments[0]} ${segments.at(-1)}`;
  });
  const merged = [...shaped.values()].map(alike => mergeAll(alike.map(directory => directory.split('/'))));
  return [...merged.map(segments => globOf(segments, ending)), ...new Set(files)];
}

function mergeAll([first = [], ...others]: readonly (readonly string[])[]): readonly string[] {
  return first.map((segment, index) => (others.every(other => other[index] === segment) ? segment : '*'));
}

function globOf(segments: readonly string[], ending: string): string {
  return segments.join('/') === '.' ? `*${ending}` : `${segments.join('/')}/**/*${ending}`;
}
