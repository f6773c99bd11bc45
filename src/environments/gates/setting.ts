import type { z } from 'zod';
import type { Issue, Path } from '../diagnostics/issue.ts';
import type { WrittenFreezes } from './freeze-windows.ts';

/** A gate's setting as it is written, its path, and what its rules compare it with. */
export interface WrittenGate<Written> {
  readonly written: Written;
  readonly path: Path;
  readonly environment: {
    readonly name: string;
    /** `build` alone, or environments. */
    readonly from: readonly string[];
    readonly commit?: 'direct' | 'pull-request' | undefined;
  };
  /** Every image that the file defines. */
  readonly imageNames: ReadonlySet<string>;
  /** The environments whose promotions are signed and recorded. */
  readonly signed: ReadonlySet<string>;
  /** The environments among them whose promotions leave verification summaries. */
  readonly summarised: ReadonlySet<string>;
  /** Every freeze that the file defines for its environments. */
  readonly freezeNames: ReadonlySet<string>;
  /** The settings of hosts in the file. */
  readonly hosts: Readonly<Record<string, { readonly insecure?: boolean | undefined }>>;
}

/** What the file defines once for the gates of all its environments. */
export interface SharedSettings {
  readonly freezes?: WrittenFreezes | undefined;
}

/** A gate's part of the environments file: its shape, its normal form, and the rules between its keys and others. */
export interface GateSetting<Schema extends z.ZodType, Normal> {
  readonly description: string;
  readonly schema: Schema;
  readonly normalise: (written: z.infer<Schema>, shared?: SharedSettings) => Normal;
  readonly issues: (gate: WrittenGate<z.infer<Schema>>) => readonly Issue[];
}
