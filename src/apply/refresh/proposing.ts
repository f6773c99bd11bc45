import type { Environments } from '../../environments/environments.ts';
import type { Refresh } from '../../environments/refresh.ts';
import type { Forge } from '../../forges/forge.ts';
import type { Effects } from '../effects.ts';
import type { RefreshPlace } from './read-places.ts';

/** What everything about one place's proposals has in common. */
export interface Proposing {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly refresh: Refresh;
  readonly place: RefreshPlace;
  readonly forge: Forge | undefined;
}
