import { isDigest } from '../../oci/digest.ts';
import { isTag } from '../../oci/reference.ts';
import type { PinKind, PinPath } from '../pin.ts';
import { readDigestedRepository, referenceSite } from '../site/reference.ts';
import { type Keys, type PinSite, pinAt } from '../site/site.ts';
import { readTagAndDigest } from '../site/tag-and-digest.ts';
import { pinValue } from '../value.ts';
import { fileOffset, invalidAt, type Spot } from '../yaml/source.ts';
import { requireUnique, scalarAt } from '../yaml/spot.ts';
import type { YamlNode, YamlScalar } from '../yaml/tree.ts';
import { type Located, RULE_HINT } from './locate.ts';

/**
 * The pins that rules point at. Repository, tag and digest of one image in one mapping are one pin. Throws
 * `INVALID` where a place does not fit its rule's kind, or belongs to two images.
 */
export function ruleSites(located: readonly Located[]): readonly PinSite[] {
  requireOneImageEach(located);
  const of = (kind: PinKind) => located.filter(({ rule }) => rule.kind === kind);
  const tags = of('tag').map(tag =>
    keysSite(tag, { ...beside(tag, of('repository')), ...withDigest(tag, of('digest')) }),
  );
  const digests = open(of('digest'), tags).map(digest =>
    keysSite(digest, { ...beside(digest, of('repository')), digest: digest.scalar }),
  );
  const repositories = open(of('repository'), [...tags, ...digests]).map(repository =>
    keysSite(repository, { repository: repository.scalar }),
  );
  const versions = of('version').map(version => keysSite(version, { tag: version.scalar }));
  return [...of('reference').flatMap(wholeSite), ...tags, ...digests, ...repositories, ...versions];
}

/** A whole reference, alone or as the value of an argument: `--image=registry/name:tag`. */
function wholeSite({ rule, scalar }: Located): readonly PinSite[] {
  const before = scalar.node.text.slice(0, scalar.node.text.lastIndexOf('=') + 1);
  const site = referenceSite(scalar, 'rule', { image: rule.image, before });
  if (site === undefined && scalar.node.text !== '') throw mismatch(rule, scalar);
  return site === undefined ? [] : [{ ...site, pin: { ...site.pin, form: rule.pin } }];
}

/** The repository of the same image in the same mapping. */
function beside({ rule, scalar }: Located, repositories: readonly Located[]): Pick<Keys, 'repository'> {
  const from = scalar.way?.from.node;
  return {
    repository: repositories.find(
      other => other.rule.image === rule.image && other.scalar.way?.from.node === from,
    )?.scalar,
  };
}

function withDigest({ rule, scalar }: Located, digests: readonly Located[]): Pick<Keys, 'tag' | 'digest'> {
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

/** The located scalars that are not yet a part of a pin. */
function open(located: readonly Located[], sites: readonly PinSite[]): readonly Located[] {
  const taken = new Set<YamlNode | undefined>(
    sites.flatMap(({ parts }) => (parts.kind === 'keys' ? [parts.repository?.node, parts.digest?.node] : [])),
  );
  return located.filter(({ scalar }) => !taken.has(scalar.node));
}

function keysSite({ rule, scalar }: Located, keys: Omit<Keys, 'kind'>): PinSite {
  const written = keys.repository?.node.text ?? '';
  const named = written === '' ? undefined : readDigestedRepository(written);
  const read = rule.kind === 'version' ? readVersion(scalar) : readTagAndDigest(keys, named?.digest);
  if (read === undefined || (written !== '' && named === undefined)) throw mismatch(rule, scalar);
  requireUnique(scalar);
  const form = rule.pin ?? (rule.kind === 'version' ? 'version' : undefined);
  const { image, undigested } = rule;
  const repository = named?.name;
  const pin = pinAt(scalar, scalar, { format: 'rule', image, repository, ...read, form, undigested });
  const parts = { kind: 'keys', ...keys } as const;
  return { kind: 'pin', pin, written: pinValue(pin), repositoryText: named?.text ?? '', parts };
}

function readVersion({ node: { text } }: Spot<YamlScalar>) {
  return text === '' ? {} : isTag(text.replace('+', '_')) ? { tag: text } : undefined;
}

function requireOneImageEach(located: readonly Located[]): void {
  const images = new Map<string, string>();
  for (const { rule, scalar } of located) {
    const place = `${fileOffset(scalar.source, scalar.node.start)}`;
    const other = images.get(place) ?? rule.image;
    if (other !== rule.image) {
      const message = `${rule.path ?? rule.pattern} is a pin of both ${other} and ${rule.image}`;
      throw invalidAt(scalar.source, scalar.node.start, message, 'remove one of the rules');
    }
    images.set(place, other);
  }
}

function mismatch({ image, path, pattern, kind }: PinPath, { source, node }: Spot<YamlScalar>) {
  const place = path ?? pattern;
  return invalidAt(source, node.start, `${place} of image ${image} does not hold a ${kind}`, RULE_HINT);
}
