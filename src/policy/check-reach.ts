import type { Environments, Signing } from '../environments/environments.ts';
import type { Finding } from '../plan/check.ts';
import { ok } from '../plan/check-registries.ts';
import {
  compareVersions,
  POLICY_FORMATS,
  type PolicyFormat,
  type SignerKind,
  type Span,
  VERIFIERS,
  type Version,
} from './verifiers.ts';

/** Reports which verifiers read the configured signature formats, for environments that sign alike. */
export function checkReach({ environments }: Environments): readonly Finding[] {
  const alike = Map.groupBy(
    environments.flatMap(({ name, signing }) => {
      if (signing === undefined) return [];
      const { by, trusted, formats, rekorVersion, repository } = signing;
      const kinds = [...new Set([by, ...trusted].map(({ kind }) => kindOf(kind)))];
      return { name, kinds, formats, isTiled: rekorVersion === 2, repository };
    }),
    ({ kinds, formats, isTiled, repository }) =>
      `${kinds.toSorted().join(' ')} in ${formats.toSorted().join(' ')} ${isTiled} ${repository}`,
  );
  return [...alike.values()].flatMap(group => {
    const [first] = group;
    if (first === undefined) return [];
    const { repository } = first;
    const text = repository === undefined ? reachText(first) : apartText(repository);
    return ok(group.map(({ name }) => name).join(', '), text);
  });
}

function kindOf(kind: 'key' | 'keyless' | 'certificate'): SignerKind {
  return kind === 'key' ? 'key' : 'certificate';
}

/** How an environment signs. */
interface Alike extends Pick<Signing, 'formats'> {
  readonly kinds: readonly SignerKind[];
  /** Whether signatures are logged to a log of version 2. */
  readonly isTiled: boolean;
}

function reachText(alike: Alike): string {
  const { kinds, formats, isTiled } = alike;
  const all = POLICY_FORMATS.map(format => ({ format, ways: waysOf(format, alike) }));
  const by = all
    .filter(({ ways }) => ways.length > 0)
    .map(({ format, ways }) => `${format}${spanText(format, ways)}`);
  const unread = all.filter(({ ways }) => ways.length === 0).map(({ format }) => format);
  const rest = unread.length === 0 ? '' : `, and not by ${unread.join(', ')}`;
  const logged = isTiled ? ', logged to version 2,' : '';
  return `signatures by ${signersText(kinds)} in the formats [${formats.join(', ')}]${logged} are read by ${by.join(', ')}${rest}`;
}

/** Kinds of signers, for people. */
export function signersText(kinds: readonly SignerKind[]): string {
  return kinds.map(kind => (kind === 'key' ? 'a key' : 'an identity')).join(' and ');
}

/** For a separate repository, only cosign is known to read signatures, and no policy document is printed. */
function apartText(repository: string): string {
  return `signatures are kept in ${repository}, where cosign reads them with COSIGN_REPOSITORY=${repository}`;
}

type Reach = Pick<Span, 'from' | 'until'>;

/** The versions that read signatures by all these kinds of signers, for each form. */
function waysOf(format: PolicyFormat, { kinds, formats, isTiled }: Alike): readonly Reach[] {
  const { tiles } = VERIFIERS[format];
  if (isTiled && tiles === undefined) return [];
  return (['bundle', 'legacy'] as const).flatMap(way => {
    const spans = kinds.map(kind =>
      VERIFIERS[format].reads.find(span => span.way === way && span.by.includes(kind)),
    );
    if (!formats.includes(way) || spans.includes(undefined)) return [];
    const own = spans.flatMap(span => (span === undefined ? [] : [span.from]));
    const froms = [...own, ...(isTiled && tiles !== undefined ? [tiles] : [])].toSorted(compareVersions);
    return { from: froms.at(-1) ?? [0, 0, 0], until: spans[0]?.until };
  });
}

function spanText(format: PolicyFormat, ways: readonly Reach[]): string {
  if (VERIFIERS[format].known === undefined) return '';
  const first = ways.map(({ from }) => from).toSorted(compareVersions)[0] ?? [0, 0, 0];
  const isOpen = ways.some(({ until }) => until === undefined);
  const until = isOpen ? undefined : ways[0]?.until;
  return until === undefined ? ` from ${shown(first)}` : ` from ${shown(first)} to before ${shown(until)}`;
}

function shown([major, minor, patch]: Version): string {
  return patch === 0 ? `${major}.${minor}` : `${major}.${minor}.${patch}`;
}
