import type { Mention } from '../mentions/mention.ts';
import { readRepository } from '../site/reference.ts';
import type { Spot } from '../yaml/source.ts';
import { child, scalarAt, textAt } from '../yaml/spot.ts';
import type { Files, Implied, ImpliedRule } from './implied.ts';
import { mentionAt, pathOf, rootsOf } from './place.ts';

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
  const rules: ImpliedRule[] = [];
  const reported: Mention[] = [];
  if (sources.length === 0) return { rules, reported };
  for (const [file, text] of texts) {
    if (!text.includes('HelmRelease') || !known.mayNameOne(text)) continue;
    for (const root of rootsOf(file, text)) {
      if (textAt(root, 'kind') !== 'HelmRelease') continue;
      const spec = child(child(child(root, 'spec'), 'chart'), 'spec');
      const version = scalarAt(spec, 'version');
      const found = sourcesOf(root, child(spec, 'sourceRef'), sources);
      const isHere = found.some(source => source.file === file);
      const names = [...new Set(found.map(({ url }) => `${url}/${textAt(spec, 'chart')}`))].flatMap(
        name => readRepository(name) ?? [],
      );
      const repository = names.find(name => known.images.has(name));
      if (version === undefined || version.node.text === '' || isHere || repository === undefined) continue;
      const image = known.images.get(repository) ?? '';
      const path = pathOf(version);
      if (names.length === 1 && isTarget(file, repository)) {
        rules.push({ file, image, path, document: root.document, kind: 'tag', undigested: true });
      } else {
        const cure = `correct the url of the HelmRepository ${textAt(child(spec, 'sourceRef'), 'name')}`;
        reported.push(
          mentionAt(version, known, { repository, text: `${repository} ${version.node.text}`, cure }),
        );
      }
    }
  }
  return { rules, reported };
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
