import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PromoteError, rethrowDefect } from '../errors.ts';
import type { Http } from '../http/http.ts';
import type { SigningKey } from '../signing/signer.ts';
import type { Io } from './io.ts';

/** Key services by the scheme of their URIs: what their variables begin with, and the file that may hold the token. */
const SERVICES = {
  hashivault: { variables: ['VAULT'], tokenFile: '.vault-token' },
  openbao: { variables: ['BAO', 'VAULT'], tokenFile: '.vault-token' },
} as const;

/** https://github.com/sigstore/sigstore/blob/main/pkg/signature/kms/hashivault/client.go */
const URI = /^(hashivault|openbao):\/\/(\w(?:[\w.-]*\w)?)$/;

/** Whether a key is named by the URI of a key service, in place of a path or `env://NAME`. */
export function isInService(key: string): boolean {
  return /^(?:hashivault|openbao):/.test(key);
}

/** Opens a key of a key service; throws `KEY`, `SIGNATURE` or `UNREACHABLE`, never with the token in the error. */
export async function openServiceKey(
  { io, http }: { readonly io: Io; readonly http: Http },
  uri: string,
): Promise<SigningKey> {
  const [, scheme, key] = URI.exec(uri) ?? [];
  if (key === undefined) {
    throw new PromoteError('KEY', `load key: ${uri} names no key of the transit engine`, {
      hint: 'write hashivault://<key> or openbao://<key>',
    });
  }
  const { variables, tokenFile } = scheme === 'openbao' ? SERVICES.openbao : SERVICES.hashivault;
  const named = (what: string) => variables.map(prefix => io.env[`${prefix}_${what}`]).find(Boolean);
  const url = named('ADDR');
  if (url === undefined || !URL.canParse(url)) throw unset(uri, `${variables[0]}_ADDR`);
  const token = named('TOKEN') ?? (await tokenIn(join(io.env.HOME || homedir(), tokenFile)));
  if (token === undefined) throw unset(uri, `${variables[0]}_TOKEN`);
  io.secrets?.add([token]);
  const { openTransitKey } = await import('../signing/kms/transit.ts');
  return await openTransitKey({
    service: { http, url, signal: io.signal },
    token,
    namespace: named('NAMESPACE'),
    mount: (io.env.TRANSIT_SECRET_ENGINE_PATH || 'transit').replace(/^\/+|\/+$/g, ''),
    key,
  });
}

function unset(uri: string, variable: string): PromoteError {
  return new PromoteError('KEY', `load key ${uri}: the environment variable ${variable} is not set`, {
    hint: "set it as for the service's own command line, or name a key by path or env://NAME",
    isAbsent: true,
  });
}

async function tokenIn(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
