import { PromoteError } from '../../errors.ts';
import type { Descriptor, Platform } from '../../oci/descriptor.ts';
import { formatPlatform } from '../../oci/manifest.ts';
import type { Config } from '../facts.ts';

/** What an index says of a manifest's platform; Windows needs the version of the system, too. */
export interface EntryPlatform extends Platform {
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
}

const OWN_VARIANT: Readonly<Record<string, string>> = { amd64: 'v1', arm: 'v7', arm64: 'v8' };

/** One manifest on its way into an index, as its entry there will read. */
export interface IndexEntry {
  readonly descriptor: Descriptor;
  /** Absent for what accompanies an image, such as an attestation of its builder. */
  readonly platform?: EntryPlatform | undefined;
  /** The source that names it, as it was given. */
  readonly source: string;
}

/**
 * The platform that an image's config names. What its source's index says completes it; throws `INVALID` where the
 * config names none, and where the two disagree.
 */
export function platformIn(config: Config, listed: EntryPlatform | undefined, name: string): EntryPlatform {
  const { os, architecture, variant, 'os.version': version, 'os.features': features } = config;
  if (typeof os !== 'string' || typeof architecture !== 'string' || os === '' || architecture === '') {
    throw new PromoteError('INVALID', `${name}: its config names no platform`, {
      hint: 'build it with a tool that writes os and architecture into the config',
    });
  }
  const own = { os, architecture, ...(typeof variant === 'string' && variant !== '' ? { variant } : {}) };
  if (
    listed !== undefined &&
    comparablePlatform({ ...own, ...listed }) !== comparablePlatform({ ...listed, ...own })
  ) {
    const names = `${formatPlatform(listed)}, its config ${formatPlatform(own)}`;
    throw new PromoteError('INVALID', `${name}: its index says ${names}`, {
      hint: 'build the image again for the platform that it is to run on',
    });
  }
  return {
    ...listed,
    ...own,
    ...(typeof version === 'string' && version !== '' ? { 'os.version': version } : {}),
    ...(isTexts(features) ? { 'os.features': features } : {}),
  };
}

/**
 * A platform as container runtimes compare it: some variants are the architecture's own.
 * https://github.com/containerd/platforms/blob/v1.0.0/database.go
 */
export function comparablePlatform({ os, architecture, variant = '' }: Platform): string {
  return [os, architecture, variant === OWN_VARIANT[architecture] ? '' : variant].join('/');
}

/** `windows/amd64 (10.0.20348.2700)`. */
export function platformName(platform: EntryPlatform): string {
  const version = platform['os.version'];
  return version === undefined ? formatPlatform(platform) : `${formatPlatform(platform)} (${version})`;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(entry => typeof entry === 'string');
}
