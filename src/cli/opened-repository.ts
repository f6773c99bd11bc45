import type { Effects } from '../apply/effects.ts';
import type { Forge } from '../apply/forge.ts';
import type { Repository } from '../git/repository.ts';

/** A repository on a forge, with what the forge offers beyond it. */
export interface OpenedForge {
  readonly repository: Repository;
  readonly forge: Forge;
  /** Compares within repositories of the same server alone. */
  readonly compare: NonNullable<Effects['compare']>;
  /** Who let this CI run enter its protected environments, which are the repository's. */
  readonly runApprovals: NonNullable<Effects['runApprovals']>;
  close(): Promise<void>;
}

/** A repository on plain Git; `missing` says why there is no forge where its host is one. */
interface PlainRepository {
  readonly repository: Repository;
  readonly forge?: undefined;
  readonly missing?: string;
}

/** A repository, with its forge or without. */
export type OpenedRepository = OpenedForge | PlainRepository;
