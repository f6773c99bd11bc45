import type { Digest } from '../../oci/digest.ts';
import type { Reference } from '../../oci/reference.ts';
import type { Pin } from '../pin.ts';
import type { Traced } from './traced.ts';

/** Which kind of file references are read from; `deployment` is what `findPins` reads. */
export type ReferenceFormat =
  | 'dockerfile'
  | 'compose'
  | 'gitlab-ci'
  | 'github-workflow'
  | 'devcontainer'
  | 'deployment';

interface Place {
  readonly file: string;
  /** Where in the file, unique within it: `FROM[0]`, or a document's index and keys as in a pin's locator. */
  readonly locator: string;
  /** 1-based. */
  readonly line: number;
  /** The reference with build arguments and defaults filled in: `node:20-alpine`. */
  readonly written: string;
}

/** A reference that an edit may change: a text with the place of each of its characters, or a deployment file's pin. */
export type ChangeableSite = Place & { readonly reference: Reference } & (
    | {
        readonly kind: 'text';
        readonly traced: Traced;
        /** Characters of build arguments that other references are composed of too. */
        readonly shared: ReadonlySet<number>;
        /** Takes a tag or a digest, not both: a digest is not added. */
        readonly tagOnly?: true;
      }
    | { readonly kind: 'pin'; readonly pin: Pin }
  );

/** A reference that is left alone, and why. */
export interface ExplainedSite extends Place {
  readonly kind: 'explained';
  /** `ignored`: a person said so beside it. `internal`: it names no image of a registry. */
  readonly why: 'ignored' | 'internal' | 'unresolved' | 'unreadable';
  readonly reason: string;
}

/** One place in a file that names an image. */
export type ReferenceSite = ChangeableSite | ExplainedSite;

/** A site before comments and its neighbours have been looked at. */
export type FoundSite =
  | {
      readonly locator: string;
      /** Where the reference is used, which for a build argument is not where it is written. */
      readonly start: number;
      readonly value: Traced;
      readonly tagOnly?: true;
    }
  | {
      readonly locator: string;
      readonly start: number;
      readonly written: string;
      readonly why: ExplainedSite['why'];
      readonly reason: string;
    };

/** What a reference shall name afterwards; what is absent stays as it is written. */
export interface ReferenceTarget {
  readonly tag?: string;
  readonly digest?: Digest;
}
