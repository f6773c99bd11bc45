import { PromoteError } from '../../../errors.ts';
import { ecrHost } from '../../../oci/ecr-host.ts';
import type { Credential } from '../credentials-file.ts';
import type { CloudLogin, CloudPlace } from './place.ts';

/** The machine that logs in, and the callback for a refused identity. */
export interface CloudLogins extends CloudPlace {
  readonly onRefused: (error: PromoteError) => void;
}

/** Milliseconds before the end of a login at which a new one is requested. */
const EARLY = 5 * 60_000;
const AWS_IDENTITY =
  /^AWS_(?:ACCESS_KEY_ID|PROFILE|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_CREDENTIALS_\w+)$/;

type LogIn = (place: CloudPlace, host: string) => Promise<CloudLogin | undefined>;

/** The clouds by their registries' hosts. A cloud's library is loaded only for its own hosts. */
const CLOUDS: readonly (readonly [host: { test(host: string): boolean }, logIn: LogIn])[] = [
  [
    { test: host => ecrHost(host) !== undefined },
    async (...asked) => await (await import('./ecr.ts')).ecrLogin(...asked),
  ],
  [
    /^(?:public\.ecr\.aws|ecr-public\.aws\.com)$/,
    async (place, host) => {
      // Everybody may pull there, so the machine's own identity is not searched.
      const isAtHand = Object.entries(place.variables).some(
        ([name, value]) => value && AWS_IDENTITY.test(name),
      );
      return isAtHand ? await (await import('./ecr.ts')).ecrLogin(place, host) : undefined;
    },
  ],
  [
    /^(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)$/,
    async place => await (await import('./google.ts')).googleLogin(place),
  ],
  [
    /^[a-z0-9-]+\.azurecr\.(?:io|us|cn)$/,
    async (...asked) => await (await import('./azure.ts')).azureLogin(...asked),
  ],
  [
    /^(?:[a-z0-9-]+\.ocir\.io|ocir\.[a-z0-9-]+\.oci\.oraclecloud\.com)$/,
    async (...asked) => await (await import('./oracle.ts')).oracleLogin(...asked),
  ],
  [/^(?:[a-z0-9-]+\.)?icr\.io$/, async place => await (await import('./ibm.ts')).ibmLogin(place)],
];

/**
 * Gives out logins by a registry's host, and keeps each until it ends. A refused identity is reported once
 * and counts as none, since some registries can be read without a login. Throws if a service does not answer.
 */
export function createCloudLogins(place: CloudLogins): (host: string) => Promise<Credential | undefined> {
  const known = new Map<string, CloudLogin | 'none'>();
  const asking = new Map<string, Promise<CloudLogin | undefined>>();
  return async host => {
    const kept = known.get(host);
    if (kept === 'none') return undefined;
    if (kept !== undefined && place.now() < kept.until - EARLY) return kept.credential;
    const asked = asking.get(host) ?? logIn(place, host);
    asking.set(host, asked);
    try {
      const login = await asked;
      known.set(host, login ?? 'none');
      return login?.credential;
    } finally {
      asking.delete(host);
    }
  };
}

async function logIn(place: CloudLogins, host: string): Promise<CloudLogin | undefined> {
  const [, enter] = CLOUDS.find(([pattern]) => pattern.test(host)) ?? [];
  try {
    return await enter?.(place, host);
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'UNAUTHORIZED') throw error;
    place.onRefused(error);
    return undefined;
  }
}
