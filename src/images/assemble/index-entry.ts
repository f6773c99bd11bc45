import { PromoteError } from '../../errors.ts';
import type { Descriptor, Platform } from '../../oci/descriptor.ts';
import { formatPlatform } from '../../oci/manifest.ts';
import type { Config } from '../facts.ts';

/** A manifest's platform in an index. Windows also needs the version of the system. */
export interface EntryPlatform extends Platform {
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
}

const OWN_VARIANT: Readonly<Record<string, string>> = { amd64: 'v1', arm: 'v7', arm64: 'v8' };

/** One manifest as a future entry of an index. */
export interface IndexEntry {
  readonly descriptor: Descriptor;
  /** Absent for an entry that describes an image, such as its builder's attestation. */
  readonly platform?: EntryPlatform | undefined;
  /** The source that names it, as the caller wrote it. */
  readonly source: string;
}

/**
 * The platform of an image's config, completed by its source's index. Throws `INVALID` if the config names
 * none, or if the two differ.
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
 * A platform as container runtimes compare it: an architecture's default variant is left out.
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
