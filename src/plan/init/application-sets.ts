import { isObject } from '../../environments/diagnostics/is-object.ts';
import { type Parameters, parametersOf, type Texts, unreadGenerators } from './generators.ts';
import { at, type ClusterObject, listAt } from './objects.ts';

/** An application, or those of a set; values that no file decides, such as clusters, stay as `{{…}}`. */
export function applicationsOf({ kind, value }: ClusterObject, texts: Texts): readonly unknown[] {
  if (kind === 'Application') return [value];
  const template = at(value, 'spec', 'template');
  const sets = listAt(value, 'spec', 'generators').flatMap(generator => parametersOf(generator, texts));
  return (sets.length === 0 ? [{}] : sets).map(parameters => filled(template, parameters));
}

/** A line for each set whose applications do not follow from files alone. */
export function unreadSets(objects: readonly ClusterObject[]): readonly string[] {
  return objects
    .filter(({ group, kind }) => group === 'argoproj.io' && kind === 'ApplicationSet')
    .flatMap(object => {
      const kinds = unreadGenerators(object);
      if (kinds.length === 0) return [];
      return [
        `${object.file}: the ApplicationSet ${object.name} also goes by ${kinds.join(' and ')}, which no file here decides: add by hand what it deploys`,
      ];
    });
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
