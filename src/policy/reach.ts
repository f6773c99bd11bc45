import type { Signing } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import {
  compareVersions,
  type PolicyFormat,
  type SignerKind,
  VERIFIERS,
  type Version,
  type Way,
} from './verifiers.ts';

/** Reads `--for`; throws `USAGE` if it is missing, malformed or an unknown version. */
export function parseFor(format: PolicyFormat, text: string | undefined): Version {
  const { known } = VERIFIERS[format];
  if (known === undefined) {
    if (text === undefined) return [0, 0, 0];
    throw usage(`--for ${text}: ${format} has one form for all versions`, 'leave --for out');
  }
  const [first, last] = known;
  const hint = `name one from ${first} to ${last}, such as --for ${last}`;
  if (text === undefined) throw usage(`--format ${format} differs by version, and --for names none`, hint);
  const [, major, minor, patch = '0'] = /^v?(\d+)\.(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (major === undefined || minor === undefined) throw usage(`--for ${text}: expected a version`, hint);
  const version: Version = [Number(major), Number(minor), Number(patch)];
  const line: Version = [version[0], version[1], 0];
  if (compareVersions(line, lineOf(first)) < 0 || compareVersions(line, lineOf(last)) > 0)
    throw usage(`--for ${text}: what ${format} ${text} reads is not known`, hint);
  return version;
}

/** The form in which that verifier's version reads signatures by all these kinds of signers, if any. */
export function wayOf(
  format: PolicyFormat,
  version: Version,
  {
    kinds,
    formats,
    rekorVersion,
  }: Pick<Signing, 'formats' | 'rekorVersion'> & { readonly kinds: readonly SignerKind[] },
): Way | undefined {
  const { tiles } = VERIFIERS[format];
  if (rekorVersion === 2 && (tiles === undefined || compareVersions(version, tiles) < 0)) return undefined;
  const reads = (way: Way, kind: SignerKind) =>
    VERIFIERS[format].reads.some(
      span =>
        span.way === way &&
        span.by.includes(kind) &&
        compareVersions(version, span.from) >= 0 &&
        (span.until === undefined || compareVersions(version, span.until) < 0),
    );
  return (['bundle', 'legacy'] as const).find(
    way => formats.includes(way) && kinds.every(kind => reads(way, kind)),
  );
}

function lineOf(text: string): Version {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return [major, minor, 0];
}

function usage(message: string, hint: string): PromoteError {
  return new PromoteError('USAGE', message, { hint });
}
