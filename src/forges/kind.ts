import type { LocalBlob } from '../git/executable/checkout-blobs.ts';
import type { GitOptions } from '../git/options.ts';
import type { Http } from '../http/http.ts';
import type { Address } from './address.ts';
import type { OpenedForge } from './forge.ts';

/** The environment variables that a forge is found, logged in to and described by. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A repository's place on a forge. */
export interface ForgePlace {
  /** `https://host/path/of/the/repository`: one text for however its address is spelled. */
  readonly web: string;
}

/** What a run opens its forges with. */
export interface ForgeSettings {
  readonly env: Variables;
  readonly http: Http;
  readonly git: Pick<
    GitOptions,
    'executable' | 'author' | 'committer' | 'signOff' | 'gpgSign' | 'env' | 'timeout' | 'onTransport'
  >;
  readonly localBlob: LocalBlob | undefined;
  /** Told of what people should know and does no harm. */
  readonly notice: (text: string) => void;
  /** Told of each wait. */
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
}

/** One kind of forge, as `open.ts` lists it. */
export interface ForgeKind<Place extends ForgePlace, Login> {
  /** As `deployments.forge` names it. */
  readonly name: string;
  /** What to set where no login is found. */
  readonly hint: string;
  /** The place of an address; `isStated`: it is on such a forge, whatever the server's name. */
  locate(env: Variables, address: Address, isStated: boolean): Place | undefined;
  /** How to log in there; the environment's own tokens go to its own server alone. */
  login(env: Variables, place: Place): Login | undefined;
  /** Opens it; what speaks to a forge may be loaded only then. */
  open(place: Place, login: Login, settings: ForgeSettings): OpenedForge | Promise<OpenedForge>;
  /** Whether an account of this name is no person: an App, or whom jobs act as. */
  isBot(login: string): boolean;
  /** The address of the repository whose pipeline this is, and whose protected environments it enters. */
  own(env: Variables): string | undefined;
}
