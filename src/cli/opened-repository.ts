import type { OpenedForge } from '../forges/forge.ts';
import type { Repository } from '../git/repository.ts';

/** A repository on plain Git; `missing` says why there is no forge where its host is one. */
interface PlainRepository {
  readonly repository: Repository;
  readonly forge?: undefined;
  readonly missing?: string | undefined;
}

/** A repository, with its forge or without. */
export type OpenedRepository = OpenedForge | PlainRepository;
