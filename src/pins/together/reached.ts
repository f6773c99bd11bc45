import type { Resource } from './kustomize-files.ts';
import { helmfileReleases, type Release, releasesIn } from './releases.ts';

/** A release, and the file that renders it. */
export interface Reached {
  readonly file: string;
  readonly release: Release;
}

/**
 * The releases of a file, and those of the helmfiles that it names, and that these name. What such a helmfile
 * names is attributed to the place in the first file. A path with wildcards means each of `paths` that it
 * matches. https://helmfile.readthedocs.io/en/latest/#glob-patterns
 */
export function reachedFrom(
  file: string,
  texts: ReadonlyMap<string, string>,
  paths: Iterable<string>,
): readonly Reached[] {
  const all = [...paths];
  const expanded = (release: Release, from?: Resource['from']): Release => ({
    ...release,
    values: release.values.flatMap(one => matching(one, all, from)),
    helmfiles: release.helmfiles?.flatMap(one => matching(one, all, from)),
    chart: release.chart && { ...release.chart, from: from ?? release.chart.from },
  });
  const found = releasesIn(file, texts).map(release => ({ file, release: expanded(release) }));
  const seen = new Set([file]);
  for (const { release } of found) {
    for (const { path, from } of release.helmfiles ?? []) {
      if (seen.has(path)) continue;
      seen.add(path);
      const inner = helmfileReleases(path, texts.get(path) ?? '');
      found.push(...inner.map(one => ({ file: path, release: expanded(one, from) })));
    }
  }
  return found;
}

const WILDCARD = /[*?[]/;

function matching({ path, from }: Resource, all: readonly string[], instead = from): readonly Resource[] {
  if (!WILDCARD.test(path)) return [{ path, from: instead }];
  const pattern = patternOf(path);
  return all.filter(one => pattern.test(one)).map(one => ({ path: one, from: instead }));
}

/** A wildcard matches no slash: https://pkg.go.dev/path/filepath#Match */
function patternOf(glob: string): RegExp {
  const parts = glob.match(/\[\^?[^\]]+\]|[\s\S]/g) ?? [];
  const source = parts.map(part => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1) return part.replace(/[\\&]/g, '\\$&');
    return part.replace(/[^\w/]/, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`);
}
