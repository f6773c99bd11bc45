import type { KnownPlatforms } from '../environments/tags/platform-tags.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import type { Pin } from '../pins/pin.ts';
import type { SpecialFile } from './special-file.ts';

/** Everything that candidates are derived from: what was observed, at which commit, and what the caller asked for. */
export interface Snapshot {
  readonly base: Base;
  /** Pins of the target environment's files that belong to a known image. */
  readonly target: readonly ImagePin[];
  /** Where those files name a known image outside of pins. */
  readonly mentions?: readonly Mention[] | undefined;
  /** What those files' globs match and no promotion reads or writes. */
  readonly special?: readonly SpecialFile[] | undefined;
  /** The sources of each image: the source environment's pins, or the builds that the caller named. */
  readonly sources: readonly SourceImage[];
  /** The images asked for; empty: all. */
  readonly only: readonly string[];
  /** `org.opencontainers.image.version` of sources whose tag names no version. */
  readonly versions: ReadonlyMap<Digest, string>;
  /** The platforms of sources, if the environment tags them; absent: it does not. */
  readonly platforms?: KnownPlatforms | undefined;
}

/** The commit that everything was read from. */
export interface Base {
  /** The deployment repository's name, without credentials. */
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
}

/** A pin and the logical image it belongs to. */
export interface ImagePin {
  readonly image: string;
  readonly pin: Pin;
  /** The digest of our record for the pin's tag, if the pin has no digest and the record was looked up. */
  readonly recorded?: Digest | undefined;
  /** The tag of the record, where the pin holds a version. */
  readonly recordedTag?: string | undefined;
  /** Why its tag alone does not say which digest it means. */
  readonly unproven?: Unproven | undefined;
}

/** Our record gives another digest for a tag, or there is no record. */
export interface Unproven {
  readonly reason: string;
  readonly hint: string;
}

/** One place an image can be promoted from. */
export interface SourceImage {
  readonly image: string;
  /** The environment that pins it; absent: the caller named it, or it takes from builds. */
  readonly environment?: string | undefined;
  /** The repository that has the image. */
  readonly repository: RepositoryName;
  readonly tag?: string | undefined;
  /** Absent where a pin names a tag that does not exist. */
  readonly digest?: Digest | undefined;
  /** Set if the digest was looked up by the tag, since none is written beside it. */
  readonly isResolved?: boolean | undefined;
  /** Set if a pin names a repository that the environments file does not know; it is never asked. */
  readonly foreign?: true;
  /** Why the digest of its tag may not be promoted: our record gives another one, or there is none. */
  readonly unproven?: Unproven | undefined;
  /** `qa clusters/qa/api.yaml:4`, or the build as it was named. */
  readonly origin: string;
}
