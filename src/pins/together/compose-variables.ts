import type { RepositoryName } from '../../oci/reference.ts';
import { compose } from '../formats/compose.ts';
import type { Mention } from '../mentions/mention.ts';
import { readReference } from '../site/reference.ts';
import type { Spot } from '../yaml/source.ts';
import { child, scalarAt, values } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import type { Files, Implied, ImpliedRule } from './implied.ts';
import { folderOf, mentionAt, rootsOf, textStart } from './place.ts';

/** A variable that a file sets. */
type Variables = (name: string) => Spot<YamlScalar> | undefined;

/** `$$`, or a variable: its name, its default, and its name without braces. */
const VARIABLE = /\$\$|\$\{(\w+)(?::?-([^${}]*))?[^}]*\}|\$(\w+)/g;
const TAG_ALONE = /^[^$]*[^$:]:\$(?:\{(\w+)(?::?[-?][^${}]*)?\}|(\w+))$/;

/**
 * The variables of `.env` files that the images of compose files in the same folder use. A variable that is a
 * whole tag is a pin. Any other variable that decides an image is reported.
 * https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/
 */
export function composeVariables(files: Files): Pick<Implied, 'rules' | 'reported' | 'settled'> {
  const { texts, beside, known } = files;
  const rules = new Map<string, ImpliedRule>();
  const reported = new Map<string, Mention>();
  const settled = new Map<string, Set<number>>();
  for (const [file, text] of texts) {
    if (!compose.is(file) || !known.mayNameOne(text)) continue;
    const env = `${folderOf(file)}.env`;
    const variables = variablesOf(env, texts.get(env) ?? beside.get(env));
    if (variables === undefined) continue;
    for (const image of rootsOf(file, text).flatMap(imagesOf)) {
      for (const used of usesOf(files, env, image, variables)) {
        if ('rule' in used) {
          rules.set(`${env}\n${used.rule.path}`, used.rule);
          settled.set(file, (settled.get(file) ?? new Set()).add(textStart(image)));
        } else reported.set(`${used.file}:${used.line}`, used);
      }
    }
  }
  return { rules: [...rules.values()], reported: [...reported.values()], settled };
}

type Use = { readonly rule: ImpliedRule } | Mention;

function usesOf(files: Files, env: string, image: Spot<YamlScalar>, variables: Variables): readonly Use[] {
  const { known, texts } = files;
  const { text } = image.node;
  const names = [...text.matchAll(VARIABLE)].flatMap(([, name, , short]) => name ?? short ?? []);
  const set = names.flatMap(name => variables(name) ?? []);
  const repository = readReference(filledIn(text, variables))?.repository;
  if (set.length === 0 || repository === undefined || !known.images.has(repository)) return [];
  const isWhole = names.length === 1 && /^\$\{?\w+(?::?-[^${}]*)?\}?$/.test(text);
  const [, braced, tag = braced] = TAG_ALONE.exec(text) ?? [];
  const only = set.length === 1 ? set[0] : undefined;
  if (texts.has(env)) {
    // A variable with the whole reference names its image itself.
    if (isWhole) return [];
    const mayStay = /\$\{\w+:?-/.test(text) || files.isTarget(image.source.file, repository);
    if (tag !== undefined && only !== undefined && mayStay) {
      const rule = { file: env, image: known.images.get(repository) ?? '', path: tag, kind: 'tag' } as const;
      return [{ rule }];
    }
  }
  const cure = texts.has(env)
    ? `write the whole reference into ${image.source.file}, or into one variable`
    : `add ${JSON.stringify(env)} to the environment's \`files\`, or write the value into ${image.source.file}`;
  return set.map(scalar => mentionAt(scalar, known, { ...said(scalar, repository), cure }));
}

function said({ way, node }: Spot<YamlScalar>, repository: RepositoryName) {
  return { repository, text: `${String(way?.key)}=${node.text}` };
}

function variablesOf(file: string, text: string | undefined): Variables | undefined {
  const [root] = text === undefined ? [] : rootsOf(file, text);
  return root && (name => nonEmpty(scalarAt(root, name)));
}

function nonEmpty(scalar: Spot<YamlScalar> | undefined): Spot<YamlScalar> | undefined {
  return scalar?.node.text === '' ? undefined : scalar;
}

function imagesOf(root: Spot): readonly Spot<YamlScalar>[] {
  return values(child(root, 'services')).flatMap(service => scalarAt(service, 'image') ?? []);
}

function filledIn(text: string, variables: Variables): string {
  return text.replace(VARIABLE, (whole, name?: string, fallback?: string, short?: string) =>
    whole === '$$' ? '$' : (variables(name ?? short ?? '')?.node.text ?? fallback ?? whole),
  );
}
