import { closest, distance } from 'fastest-levenshtein';
import type { Environments } from '../environments/environments.ts';
import { matchesGlob } from '../environments/locate.ts';
import { idleRules } from '../pins/rules/idle-rules.ts';
import type { Finding } from './check.ts';
import { pinPaths } from './image-pins.ts';

/** Rules that select nothing in a file they match: the file is never changed by them. Throws as `readFile` does. */
export function checkRules(
  environments: Environments,
  texts: ReadonlyMap<string, string>,
): readonly Finding[] {
  return [...texts].flatMap(([file, text]) => {
    const rules = pinPaths(environments, file);
    if (rules.length === 0) return [];
    return idleRules(file, text, rules).map(({ rule, suggestion }): Finding => {
      const { image, path, pattern } = rule;
      const message = `${file}: ${path ?? JSON.stringify(pattern)} leads nowhere`;
      const hint = suggestion === undefined ? 'correct the rule' : `did you mean ${suggestion}?`;
      return { severity: 'warning', subject: `images.${image}.pins`, message, hint };
    });
  });
}

/** Rules whose globs match no file of any environment. */
export function checkRuleFiles({ images }: Environments, paths: readonly string[]): readonly Finding[] {
  return images.flatMap(({ name, pins }) =>
    pins
      .filter(({ files }) => !paths.some(path => matchesGlob(path, files)))
      .map(({ files }): Finding => {
        const message = `${JSON.stringify(files)} matches no file of any environment`;
        const near = nearest(files, paths);
        const hint = near === undefined ? 'correct the glob, or take the rule out' : `did you mean ${near}?`;
        return { severity: 'warning', subject: `images.${name}.pins`, message, hint };
      }),
  );
}

/** A path that is similar to a glob without wildcards. */
function nearest(glob: string, paths: readonly string[]): string | undefined {
  if (paths.length === 0 || /[*?[{]/.test(glob)) return undefined;
  const found = closest(glob, paths);
  return distance(glob, found) <= Math.max(2, glob.length / 4) ? found : undefined;
}
