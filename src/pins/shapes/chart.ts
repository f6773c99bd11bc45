import { formatReference } from '../../oci/reference.ts';
import type { PinFormat } from '../pin.ts';
import { namesHost, readRepository } from '../site/reference.ts';
import { type PinSite, pinAt } from '../site/site.ts';
import { readTagAndDigest } from '../site/tag-and-digest.ts';
import type { Spot } from '../yaml/source.ts';
import { isUnique } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';

type Scalar = Spot<YamlScalar> | undefined;

/** The parts that name an artifact in an OCI registry, such as a chart. The registry may have its own key. */
interface ChartParts {
  readonly registry?: Scalar;
  readonly chart?: Scalar;
  readonly version?: Scalar;
  readonly digest?: Scalar;
}

const SCHEME = 'oci://';

/** The pin of a chart in an OCI registry. Its version takes no digest; a digest needs a key of its own. */
export function chartSite(
  format: PinFormat,
  { registry, chart, version, digest }: ChartParts,
): PinSite | undefined {
  const repository = chart ?? registry;
  const first = version ?? digest;
  if (repository === undefined || first === undefined) return undefined;
  const apart = chart === undefined ? undefined : registry;
  const scheme = (apart ?? repository).node.text.startsWith(SCHEME) ? SCHEME : '';
  const written =
    apart === undefined
      ? repository.node.text
      : `${apart.node.text.replace(/\/$/, '')}/${repository.node.text}`;
  const repositoryText = written.slice(scheme.length);
  const name = namesHost(repositoryText) ? readRepository(repositoryText) : undefined;
  const read = readTagAndDigest({ tag: version, digest });
  const isAmbiguous = [registry, chart, version, digest].some(
    scalar => scalar !== undefined && !isUnique(scalar),
  );
  if (name === undefined || read === undefined || isAmbiguous || (read.tag ?? read.digest) === undefined) {
    return undefined;
  }
  const reference = { repository: name, ...read };
  return {
    kind: 'pin',
    pin: pinAt(first, first, { format, ...reference, undigested: digest === undefined ? true : undefined }),
    written: formatReference(reference),
    repositoryText,
    parts: { kind: 'keys', registry: apart, repository, scheme, tag: version, digest },
    guessed: true,
  };
}
