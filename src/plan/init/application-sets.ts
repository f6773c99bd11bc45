import { dirname } from 'node:path/posix';
import { isObject } from '../../environments/diagnostics/is-object.ts';
import { matchesGlob } from '../../environments/locate.ts';
import { at, type ClusterObject, listAt, textAt } from './objects.ts';

type Parameters = Readonly<Record<string, string>>;

/**
 * An application, or those that a set makes of the generators that files alone decide: lists, directories of Git, and
 * matrices of them. What others decide, such as clusters, stays as `{{…}}`.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/
 */
export function applicationsOf({ kind, value }: ClusterObject, files: readonly string[]): readonly unknown[] {
  if (kind === 'Application') return [value];
  const template = at(value, 'spec', 'template');
  const sets = listAt(value, 'spec', 'generators').flatMap(generator => parametersOf(generator, files));
  return (sets.length === 0 ? [{}] : sets).map(parameters => filled(template, parameters));
}

function parametersOf(generator: unknown, files: readonly string[]): readonly Parameters[] {
  const nested = listAt(generator, 'matrix', 'generators');
  if (nested.length > 0) {
    return nested
      .map(inner => parametersOf(inner, files))
      .reduce((all, more) => all.flatMap(one => more.map(other => ({ ...one, ...other }))), [
        {},
      ] as readonly Parameters[]);
  }
  return [
    ...listAt(generator, 'list', 'elements').map(element => flatten(element)),
    ...listAt(generator, 'git', 'directories').flatMap(entry =>
      at(entry, 'exclude') === true ? [] : directories(textAt(entry, 'path'), files),
    ),
  ];
}

function directories(glob: string, files: readonly string[]): readonly Parameters[] {
  const all = new Set(files.flatMap(file => above(dirname(file))));
  return [...all]
    .filter(directory => matchesGlob(directory, glob))
    .map(path => {
      const segments = path.split('/');
      const basename = segments.at(-1) ?? '';
      const numbered = segments.map((segment, index) => [`path[${index}]`, segment] as const);
      return {
        path,
        'path.path': path,
        'path.basename': basename,
        ...Object.fromEntries(numbered),
      };
    });
}

function above(directory: string): readonly string[] {
  return directory === '.' ? [] : [directory, ...above(dirname(directory))];
}

function flatten(value: unknown, prefix = ''): Parameters {
  if (!isObject(value)) return typeof value === 'string' ? { [prefix.slice(0, -1)]: value } : {};
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => flatten(inner, `${prefix}${key}.`)),
  );
}

/** A template with its parameters, in both of Argo CD's styles: `{{env}}` and `{{ .env }}`. */
function filled(template: unknown, parameters: Parameters): unknown {
  if (typeof template === 'string') {
    return template.replaceAll(/\{\{\s*\.?([\w.[\]-]+)\s*\}\}/g, (whole, name) => parameters[name] ?? whole);
  }
  if (Array.isArray(template)) return template.map(item => filled(item, parameters));
  if (!isObject(template)) return template;
  return Object.fromEntries(Object.entries(template).map(([key, inner]) => [key, filled(inner, parameters)]));
}
