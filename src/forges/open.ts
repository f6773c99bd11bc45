import { PromoteError } from '../errors.ts';
import { type Address, parseAddress } from './address.ts';
import type { OpenedForge } from './forge.ts';
import { forgejo } from './forgejo/kind.ts';
import { github } from './github/kind.ts';
import { gitlab } from './gitlab/kind.ts';
import { isGitLabJob } from './gitlab/place.ts';
import type { ForgeKind, ForgePlace, ForgeSettings, Variables } from './kind.ts';

/**
 * The known forges: a new one needs a folder, a row here, and a word in `FORGES`. Forgejo comes before
 * GitHub, since its Actions set GitHub's variables too.
 */
const KINDS = [row(forgejo), row(github), row(gitlab)];

/** A repository that is on a forge, before it is opened. */
export interface LocatedForge {
  /** The forge's kind. */
  readonly kind: string;
  /** `https://host/path/of/the/repository`, the same for each spelling of the address. */
  readonly web: string;
  /** What to set where there is no login. */
  readonly hint: string;
  /** Opens it; `undefined` where there is no login for it. */
  open(settings: ForgeSettings): Promise<OpenedForge | undefined>;
}

/**
 * The forge of a repository by its address: the stated one, or else the CI's own server or a public one.
 * `undefined`: plain Git. Throws `CONFIGURATION` where the stated forge can have no such repository.
 */
export function locateForge(
  env: Variables,
  location: string,
  stated: string | undefined,
): LocatedForge | undefined {
  if (stated === 'git') return undefined;
  const address = parseAddress(location);
  const rows = KINDS.filter(({ name }) => stated === undefined || stated === name);
  for (const { locate } of rows) {
    const found = address && locate(env, address, stated !== undefined);
    if (found !== undefined) return found;
  }
  if (stated === undefined) return undefined;
  throw new PromoteError('CONFIGURATION', `${location}: no address of a repository on ${stated}`, {
    hint: 'name it by its URL in deployments.repository, or leave deployments.forge out',
  });
}

/** The repository whose pipeline this is, and whose protected environments it uses. */
export function ownRepository(env: Variables): string | undefined {
  const kinds = isGitLabJob(env) ? KINDS.filter(({ name }) => name === gitlab.name) : KINDS;
  return kinds.map(({ own }) => own(env)).find(address => address !== undefined);
}

/** Whether an account that a CI's variables name is not a person, on any forge. */
export function isBot(login: string): boolean {
  return KINDS.some(kind => kind.isBot(login));
}

function row<Place extends ForgePlace, Login>(kind: ForgeKind<Place, Login>) {
  const { name, hint, isBot, own } = kind;
  return {
    name,
    isBot,
    own,
    locate(env: Variables, address: Address, isStated: boolean): LocatedForge | undefined {
      const place = kind.locate(env, address, isStated);
      return (
        place && {
          kind: name,
          web: place.web,
          hint,
          async open(settings) {
            const login = kind.login(settings.env, place);
            return login && (await kind.open(place, login, settings));
          },
        }
      );
    },
  };
}
