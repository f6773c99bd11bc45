import type { LocalBlob } from '../git/executable/checkout-blobs.ts';
import type { GitOptions } from '../git/options.ts';
import type { Http } from '../http/http.ts';
import type { Address } from './address.ts';
import type { OpenedForge } from './forge.ts';

/** The environment variables by which a forge is found, logged in to and described. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A repository's place on a forge. */
export interface ForgePlace {
  /** `https://host/path/of/the/repository`, the same for each spelling of the address. */
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
  /** Receives what people should know and does no harm. */
  readonly notice: (text: string) => void;
  /** Receives a text for each wait. */
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
}

/** One kind of forge, as `open.ts` lists it. */
export interface ForgeKind<Place extends ForgePlace, Login> {
  /** As `deployments.forge` names it. */
  readonly name: string;
  /** What to set where no login is found. */
  readonly hint: string;
  /** The place of an address; `isStated`: the forge's kind is configured, whatever the server's name. */
  locate(env: Variables, address: Address, isStated: boolean): Place | undefined;
  /** How to log in there; the environment's own tokens go only to its own server. */
  login(env: Variables, place: Place): Login | undefined;
  /** Opens it; the code that talks to a forge may be loaded only then. */
  open(place: Place, login: Login, settings: ForgeSettings): OpenedForge | Promise<OpenedForge>;
  /** Whether an account of this name is not a person: an App, or the account of jobs. */
  isBot(login: string): boolean;
  /** The address of the repository whose pipeline this is, and whose protected environments it uses. */
  own(env: Variables): string | undefined;
}
