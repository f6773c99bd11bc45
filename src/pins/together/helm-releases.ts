import { isTag } from '../../oci/reference.ts';
import type { Mention } from '../mentions/mention.ts';
import { readRepository } from '../site/reference.ts';
import type { Spot } from '../yaml/source.ts';
import { child, scalarAt, textAt } from '../yaml/spot.ts';
import type { Files, Implied, ImpliedRule } from './implied.ts';
import { mentionAt, pathOf, rangeAt, rootsOf } from './place.ts';

/** The location of charts that a HelmRepository names. */
interface ChartSource {
  readonly file: string;
  readonly name: string;
  readonly namespace: string;
  readonly url: string;
}

const SCHEME = 'oci://';

/**
 * Flux's releases of charts whose HelmRepository is in another file.
 * https://fluxcd.io/flux/components/helm/helmreleases/#chart-template
 */
export function helmReleases(files: Files): Pick<Implied, 'rules' | 'reported'> {
  const { texts, beside, known, isTarget } = files;
  const sources = [...texts, ...beside].flatMap(([file, text]) => sourcesIn(file, text));
  if (sources.length === 0) return { rules: [], reported: [] };
  const found = [...texts].flatMap(([file, text]) => {
    if (!text.includes('HelmRelease') || !known.mayNameOne(text)) return [];
    return rootsOf(file, text).flatMap(root => {
      if (textAt(root, 'kind') !== 'HelmRelease') return [];
      return placeOf(root, file, { known, isTarget, sources }) ?? [];
    });
  });
  return {
    rules: found.flatMap(({ rule }) => rule ?? []),
    reported: found.flatMap(({ told }) => told ?? []),
  };
}

/** What a release's version is: a pin, or a mention; undefined where the file itself shows the pin, or none. */
function placeOf(
  root: Spot,
  file: string,
  {
    known,
    isTarget,
    sources,
  }: Pick<Files, 'known' | 'isTarget'> & { readonly sources: readonly ChartSource[] },
): { readonly rule?: ImpliedRule; readonly told?: Mention } | undefined {
  const spec = child(child(child(root, 'spec'), 'chart'), 'spec');
  const version = scalarAt(spec, 'version');
  const found = sourcesOf(root, child(spec, 'sourceRef'), sources);
  const urls = new Set(found.map(({ url }) => `${url}/${textAt(spec, 'chart')}`));
  const names = [...urls].flatMap(name => readRepository(name) ?? []);
  const repository = names.find(name => known.images.has(name));
  if (version === undefined || version.node.text === '' || repository === undefined) return undefined;
  if (!isTag(version.node.text)) return { told: rangeAt(version, known, repository) };
  if (found.some(source => source.file === file)) return undefined;
  if (names.length === 1 && isTarget(file, repository)) {
    const image = known.images.get(repository) ?? '';
    const { document } = root;
    return { rule: { file, image, path: pathOf(version), document, kind: 'tag', undigested: true } };
  }
  const cure = `correct the url of the HelmRepository ${textAt(child(spec, 'sourceRef'), 'name')}`;
  return {
    told: mentionAt(version, known, { repository, text: `${repository} ${version.node.text}`, cure }),
  };
}

function sourcesIn(file: string, text: string): readonly ChartSource[] {
  if (!text.includes('HelmRepository') || !text.includes(SCHEME)) return [];
  return rootsOf(file, text).flatMap(root => {
    const url = textAt(child(root, 'spec'), 'url');
    if (textAt(root, 'kind') !== 'HelmRepository' || !url.startsWith(SCHEME)) return [];
    const metadata = child(root, 'metadata');
    const [name, namespace] = [textAt(metadata, 'name'), textAt(metadata, 'namespace')];
    return [{ file, name, namespace, url: url.slice(SCHEME.length).replace(/\/+$/, '') }];
  });
}

/** A reference without a namespace means the release's own. A kustomization's namespace is not known. */
function sourcesOf(release: Spot, ref: Spot | undefined, sources: readonly ChartSource[]) {
  const namespace = textAt(ref, 'namespace') || textAt(child(release, 'metadata'), 'namespace');
  return sources.filter(
    source =>
      source.name === textAt(ref, 'name') &&
      (namespace === '' || source.namespace === '' || source.namespace === namespace),
  );
}
