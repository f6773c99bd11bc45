import { isDigest } from '../oci/digest.ts';
import { parsePath } from './path.ts';
import type { PinPath } from './pin.ts';
import { referenceSite } from './site/reference.ts';
import { type PinSite, pinAt, type TagAndDigest } from './site/site.ts';
import { readTagAndDigest } from './site/tag-and-digest.ts';
import { pinValue } from './value.ts';
import { invalidAt, type Spot, type YamlFile } from './yaml/source.ts';
import { child, roots, scalarAt } from './yaml/spot.ts';
import type { YamlNode, YamlScalar } from './yaml/tree.ts';

const HINT = 'correct the path or the kind of the image’s `pins`, or the value';

/** A scalar that a rule points at. */
interface Located {
  readonly rule: PinPath;
  readonly scalar: Spot<YamlScalar>;
}

/**
 * The pins that rules point at, in every document where their path leads somewhere. A tag and a digest of one image
 * in one mapping are one pin. Throws `INVALID` where a path leads to something else than its kind.
 */
export function ruleSites(source: YamlFile, rules: readonly PinPath[]): readonly PinSite[] {
  return roots(source).flatMap(root => {
    const located = rules.flatMap(rule => locate(root, rule) ?? []);
    requireOneImageEach(located);
    const of = (kind: PinPath['kind']) => located.filter(({ rule }) => rule.kind === kind);
    const tags = of('tag').map(tag => ({ ...tag, parts: withDigest(tag, of('digest')) }));
    const paired = new Set<YamlNode | undefined>(tags.map(({ parts }) => parts.digest?.node));
    const digests = of('digest').filter(({ scalar }) => !paired.has(scalar.node));
    return [
      ...of('reference').flatMap(({ rule, scalar }) => wholeSite(rule, scalar) ?? []),
      ...tags.map(({ rule, scalar, parts }) => ruleSite(rule, scalar, parts)),
      ...digests.map(({ rule, scalar }) => ruleSite(rule, scalar, { digest: scalar })),
    ];
  });
}

function locate(root: Spot, rule: PinPath): Located | undefined {
  const found = parsePath(rule.path).reduce<Spot | undefined>(child, root);
  if (found === undefined) return undefined;
  if (found.node.kind === 'scalar') return { rule, scalar: { ...found, node: found.node } };
  throw invalidAt(
    root.source,
    found.node.start,
    `${rule.path} of image ${rule.image} is a ${found.node.kind}, not a ${rule.kind}`,
    HINT,
  );
}

function wholeSite(rule: PinPath, scalar: Spot<YamlScalar>): PinSite | undefined {
  const site = referenceSite(scalar, 'rule', { image: rule.image });
  if (site === undefined && scalar.node.text !== '') throw mismatch(rule, scalar);
  return site;
}

function withDigest({ rule, scalar }: Located, digests: readonly Located[]): TagAndDigest {
  const from = scalar.way?.from;
  const stated = digests.find(
    digest => digest.rule.image === rule.image && digest.scalar.way?.from.node === from?.node,
  );
  return { tag: scalar, digest: stated?.scalar ?? siblingDigest(scalar) };
}

/** A `digest` beside a `tag` decides in every chart that has both, so a new tag alone would change nothing. */
function siblingDigest({ way }: Spot<YamlScalar>): Spot<YamlScalar> | undefined {
  const sibling = way?.key === 'tag' ? scalarAt(way.from, 'digest') : undefined;
  return sibling && (sibling.node.text === '' || isDigest(sibling.node.text)) ? sibling : undefined;
}

function ruleSite(rule: PinPath, scalar: Spot<YamlScalar>, parts: TagAndDigest): PinSite {
  const read = readTagAndDigest(parts);
  if (read === undefined) throw mismatch(rule, scalar);
  const pin = pinAt(scalar, scalar, { format: 'rule', image: rule.image, ...read });
  return { kind: 'pin', pin, written: pinValue(pin), repositoryText: '', parts: { kind: 'keys', ...parts } };
}

function requireOneImageEach(located: readonly Located[]): void {
  const images = new Map<YamlNode, string>();
  for (const { rule, scalar } of located) {
    const other = images.get(scalar.node) ?? rule.image;
    if (other !== rule.image) {
      const message = `${rule.path} is a pin of both ${other} and ${rule.image}`;
      throw invalidAt(scalar.source, scalar.node.start, message, 'remove one of the rules');
    }
    images.set(scalar.node, other);
  }
}

function mismatch({ image, path, kind }: PinPath, { source, node }: Spot<YamlScalar>) {
  return invalidAt(source, node.start, `${path} of image ${image} does not hold a ${kind}`, HINT);
}
