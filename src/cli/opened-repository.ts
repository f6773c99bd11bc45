import type { OpenedForge } from '../forges/forge.ts';
import type { Repository } from '../git/repository.ts';

/** A repository on plain Git. If its host is a forge, `missing` says why the forge is not used. */
interface PlainRepository {
  readonly repository: Repository;
  readonly forge?: undefined;
  readonly missing?: string | undefined;
}

/** A repository with or without its forge. */
export type OpenedRepository = OpenedForge | PlainRepository;
