import { PromoteError } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import { type BearerChallenge, type Challenge, parseChallenge } from './challenge.ts';
import type { CredentialSource } from './credentials.ts';
import { basicHeader } from './credentials-file.ts';
import { guardRealm, type HostRule } from './host-rules.ts';
import { type Access, covers, includes, withScopes } from './scopes.ts';
import { fetchToken, toldScopes } from './token.ts';

/** What authorisation at a registry needs. */
export interface AuthContext {
  readonly http: Http;
  readonly credentials: CredentialSource;
  /** Milliseconds of a monotonic clock; default: the process's. */
  readonly now?: () => number;
}

interface Grant {
  readonly scopes: readonly string[];
  readonly header: string;
  /** When a new token is requested, by the clock. */
  readonly renewAt: number;
  readonly told: readonly string[] | undefined;
}

// The rest of a token's lifetime is reserved for requests that have started.
const USED_SHARE = 0.8;

/** The authorisation of one registry: its challenge, which is learnt once, and its tokens. */
export class RegistryAuth {
  readonly #base: URL;
  readonly #rule: HostRule | undefined;
  readonly #context: AuthContext;
  readonly #now: () => number;
  readonly #pending = new Map<string, Promise<Grant>>();
  #grants: readonly Grant[] = [];
  #challenge: Challenge | undefined;

  constructor(base: URL, context: AuthContext, rule?: HostRule) {
    this.#rule = rule;
    this.#base = base;
    this.#context = context;
    this.#now = context.now ?? (() => performance.now());
  }

  /** The Authorization to send at once; `undefined` until the registry has asked for one. */
  async authorization(access: Access): Promise<string | undefined> {
    return this.#challenge === undefined ? undefined : await this.#meet(this.#challenge, access);
  }

  /** The Authorization to send after a 401; `undefined` if there is no better one. */
  async renew(access: Access, field: string, sent: string | undefined): Promise<string | undefined> {
    const challenge = parseChallenge(field);
    if (challenge === undefined) return undefined;
    this.#challenge = challenge;
    this.forget(sent);
    const wanted = challenge.kind === 'bearer' ? withScopes(access.scopes, challenge.scopes) : access.scopes;
    const header = await this.#meet(challenge, { ...access, scopes: wanted });
    return header === sent ? undefined : header;
  }

  /**
   * Whether the login's token says that it may do all of this; `undefined` where there is no token, or the
   * token does not say. Throws where no token is granted.
   */
  async mayBy(access: Access): Promise<boolean | undefined> {
    if (this.#challenge?.kind !== 'bearer') return undefined;
    const credential = await this.#context.credentials(access.repository);
    const told =
      credential?.kind === 'bearer'
        ? toldScopes(credential.token)
        : (await this.#granted(this.#challenge, access)).told;
    return told && access.scopes.every(scope => told.some(grant => includes(grant, scope)));
  }

  /** Drops a token that was refused. */
  forget(sent: string | undefined): void {
    this.#grants = this.#grants.filter(({ header }) => header !== sent);
  }

  async #meet(challenge: Challenge, access: Access): Promise<string | undefined> {
    const credential = await this.#context.credentials(access.repository);
    if (credential?.kind === 'bearer') return `Bearer ${credential.token}`;
    if (challenge.kind === 'bearer') return (await this.#granted(challenge, access)).header;
    return credential?.kind === 'basic' ? basicHeader(credential) : undefined;
  }

  async #granted(challenge: BearerChallenge, access: Access): Promise<Grant> {
    const grant = this.#grants.find(
      ({ scopes, renewAt }) => this.#now() < renewAt && covers(scopes, access.scopes),
    );
    if (grant !== undefined) return grant;
    const key = access.scopes.join(' ');
    const pending = this.#pending.get(key) ?? this.#ask(challenge, access);
    this.#pending.set(key, pending);
    try {
      return await pending;
    } finally {
      this.#pending.delete(key);
    }
  }

  async #ask(challenge: BearerChallenge, access: Access): Promise<Grant> {
    const { scopes, operation, repository } = access;
    const realm = URL.parse(challenge.realm, this.#base.href);
    if (realm === null)
      throw new PromoteError('REGISTRY', `${operation}: ${this.#base.host} names no sound token realm`);
    guardRealm(realm, this.#base, operation, this.#rule);
    const token = await fetchToken(this.#context.http, {
      ...access,
      realm,
      service: challenge.service,
      credential: await this.#context.credentials(repository),
    });
    const grant = {
      scopes,
      header: `Bearer ${token.value}`,
      renewAt: this.#now() + token.lifetime * USED_SHARE,
      told: token.told,
    };
    this.#grants = [grant, ...this.#grants.filter(({ renewAt }) => this.#now() < renewAt)];
    return grant;
  }
}
