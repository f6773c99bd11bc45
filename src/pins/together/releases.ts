import { helmfile } from '../formats/helmfile.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, mappings, roots, scalarAt, textAt, values } from '../yaml/spot.ts';
import { readTemplate } from '../yaml/template.ts';
import { isKustomization, kustomizationIn, type Resource } from './kustomize-files.ts';
import { folderOf, joinPath, rootsOf } from './place.ts';

/** A chart that a file renders, and the values that it gives to the chart. */
export interface Release {
  /** The part of the file that may contain values too. */
  readonly at: Spot;
  readonly values: readonly Resource[];
  /** Helmfiles that render releases of their own: files, and what directories of them contain. */
  readonly helmfiles?: readonly Resource[] | undefined;
  /** The folder of a chart whose own values count as well. */
  readonly chart?: Resource | undefined;
  /** The names of the ConfigMaps and Secrets that contain values. */
  readonly objects: readonly Spot[];
}

const RENDERS = /Helm(?:Repository|Release)|valueFiles|kind["']?:\s*["']?Application/;
/** These words are searched first: a regular expression over every file costs several times as much. */
const WORDS = ['Helm', 'valueFiles', 'Application'];

/** Whether a text may render a chart, for any of the tools. */
export function rendersCharts(text: string): boolean {
  return WORDS.some(word => text.includes(word)) && RENDERS.test(text);
}

/**
 * The charts that a kustomization, an application of Argo CD, a release of Flux, or a helmfile renders.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/helmcharts/
 * https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#values-files
 * https://fluxcd.io/flux/components/helm/helmreleases/#values
 * https://helmfile.readthedocs.io/en/latest/#configuration
 */
export function releasesIn(file: string, texts: ReadonlyMap<string, string>): readonly Release[] {
  if (isKustomization(file)) return ofKustomization(file, kustomizationIn(file, texts));
  const text = texts.get(file) ?? '';
  const ofOne = helmfileRoots(file, text);
  if (ofOne !== undefined) return ofOne.flatMap(root => ofHelmfile(file, root));
  if (!rendersCharts(text)) return [];
  return rootsOf(file, text).flatMap(root => {
    if (helmfile.is(root)) return ofHelmfile(file, root);
    const kind = textAt(root, 'kind');
    if (kind === 'HelmRelease') return [ofFlux(root)];
    const spec = child(root, 'spec');
    const own = kind === 'ApplicationSet' ? child(child(spec, 'template'), 'spec') : spec;
    return [child(own, 'source'), ...items(child(own, 'sources'))].flatMap(source =>
      source === undefined ? [] : ofArgoCd(source),
    );
  });
}

/** Whether a file is a helmfile by its path. */
export function isHelmfile(file: string): boolean {
  return /(?:^|\/)helmfile(?:[^/]*\.ya?ml$|\.d\/)/.test(file);
}

/** The documents of a helmfile, or of a template of one; undefined for any other file. */
export function helmfileRoots(file: string, text: string): readonly Spot[] | undefined {
  if (isHelmfile(file)) return rootsOf(file, text);
  if (!isHelmfile(file.replace(/\.gotmpl$/, ''))) return undefined;
  const template = readTemplate(file, text);
  return template === undefined ? rootsOf(file, text) : roots(template);
}

/** The releases of a file that another file names as a helmfile, whatever its name is. */
export function helmfileReleases(file: string, text: string): readonly Release[] {
  const template = readTemplate(file, text);
  return (template === undefined ? rootsOf(file, text) : roots(template)).flatMap(root =>
    ofHelmfile(file, root),
  );
}

function ofKustomization(file: string, root: Spot | undefined): readonly Release[] {
  if (root === undefined) return [];
  const folder = folderOf(file);
  const home = textAt(child(root, 'helmGlobals'), 'chartHome') || 'charts';
  const charts = items(child(root, 'helmCharts')).map(chart => {
    const name = scalarAt(chart, 'name');
    return {
      at: root,
      values: resources(folder, [
        child(chart, 'valuesFile'),
        ...items(child(chart, 'additionalValuesFiles')),
      ]),
      chart: textAt(chart, 'repo') === '' ? resource(folder, name, `${home}/${name?.node.text}`) : undefined,
      objects: [],
    };
  });
  const generated = ['configMapGenerator', 'secretGenerator'].flatMap(key => items(child(root, key)));
  const files = generated.map(generator => {
    const named = ['files', 'envs'].flatMap(key => items(child(generator, key)));
    return { at: root, values: resources(folder, [...named, child(generator, 'env')]), objects: [] };
  });
  return [...charts, ...files];
}

/** The paths of an application's value files are relative to its chart. */
function ofArgoCd(source: Spot): readonly Release[] {
  const path = scalarAt(source, 'path');
  const files = items(child(child(source, 'helm'), 'valueFiles'));
  const chart = resource('', path);
  return [{ at: source, values: resources(`${path?.node.text ?? ''}/`, files), chart, objects: [] }];
}

/** The paths of a release are relative to the root of its source. Its value files replace the chart's own. */
function ofFlux(root: Spot): Release {
  const spec = child(root, 'spec');
  const chart = child(child(spec, 'chart'), 'spec');
  const files = items(child(chart, 'valuesFiles'));
  const isLocal = /^(?:GitRepository|Bucket)$/.test(textAt(child(chart, 'sourceRef'), 'kind'));
  return {
    at: root,
    values: resources('', files),
    chart: isLocal && files.length === 0 ? resource('', scalarAt(chart, 'chart')) : undefined,
    objects: items(child(spec, 'valuesFrom')).flatMap(from => scalarAt(from, 'name') ?? []),
  };
}

function ofHelmfile(file: string, root: Spot): readonly Release[] {
  const folder = folderOf(file);
  const environments = values(child(root, 'environments')).flatMap(one => items(child(one, 'values')));
  const named = items(child(root, 'helmfiles'));
  const others = named.map(one => (one.node.kind === 'scalar' ? one : child(one, 'path')));
  const given = named.flatMap(one => (one.node.kind === 'scalar' ? [] : items(child(one, 'values'))));
  const shared = [...environments, ...items(child(root, 'bases')), ...given];
  return [
    {
      at: root,
      values: resources(folder, shared),
      helmfiles: resources(folder, others).flatMap(one => [one, { ...one, path: `${one.path}/*.y*ml*` }]),
      objects: [],
    },
    ...items(child(root, 'releases')).map(release => {
      const chart = scalarAt(release, 'chart');
      const isLocal = /^\.{1,2}\//.test(chart?.node.text ?? '');
      return {
        at: release,
        values: resources(folder, items(child(release, 'values'))),
        chart: isLocal ? resource(folder, chart) : undefined,
        objects: [],
      };
    }),
  ];
}

function resources(folder: string, spots: readonly (Spot | undefined)[]): readonly Resource[] {
  return spots.flatMap(from => resource(folder, from) ?? []);
}

/** `$name/…` and `/…` are relative to the root of a repository. A path with a template is skipped. */
function resource(folder: string, from: Spot | undefined, path?: string): Resource | undefined {
  if (from?.node.kind !== 'scalar') return undefined;
  // A generator writes the file's key and `=` before its path.
  const written = path ?? from.node.text.replace(/^[-\w.]+=/, '');
  if (written === '' || /:\/\/|\{\{/.test(`${folder}${written}`)) return undefined;
  const [, rooted] = /^(?:\$[^/]+)?\/(.+)$/.exec(written) ?? [];
  const found = rooted ?? joinPath(folder, written);
  return found === undefined ? undefined : { path: found, from };
}

/** The names of the ConfigMaps and Secrets that a file contains. */
export function objectsIn(file: string, text: string): ReadonlySet<string> {
  if (!/\b(?:ConfigMap|Secret)\b/.test(text)) return new Set();
  const objects = rootsOf(file, text).flatMap(root => mappings(root));
  return new Set(
    objects
      .filter(object => /^(?:ConfigMap|Secret)$/.test(textAt(object, 'kind')))
      .map(object => textAt(child(object, 'metadata'), 'name')),
  );
}
