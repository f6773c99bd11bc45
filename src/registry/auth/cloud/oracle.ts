import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, rethrowDefect } from '../../../errors.ts';
import type { OracleKey } from './oracle-instance.ts';
import { askCloud, type CloudLogin, type CloudPlace, endOf, refusedLogin } from './place.ts';

const CLOUD = 'Oracle Cloud';
const PATH = '/20180419/docker/token';
const HINT =
  'give the identity the policy to read or manage repos, and set ~/.oci/config up as for the oci command';
const HALF_AN_HOUR = 1_800_000;
const INSTANCE = 'instance_principal';

/**
 * Logs in to a registry of Oracle with a signed request; `undefined` where there is no key. The key is the
 * oci command's API key or session token, that of the machine as a resource, or of the instance where asked.
 * https://docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm
 */
export async function oracleLogin(place: CloudPlace, host: string): Promise<CloudLogin | undefined> {
  const key = (await resourceKey(place)) ?? (await configuredKey(place));
  if (key === undefined) return undefined;
  const date = new Date(place.now()).toUTCString();
  const signed = [`date: ${date}`, `(request-target): get ${PATH}`, `host: ${host}`].join('\n');
  const signature = sign('sha256', Buffer.from(signed), key.key).toString('base64');
  const authorization = `Signature version="1",keyId="${key.id}",algorithm="rsa-sha256",headers="date (request-target) host",signature="${signature}"`;
  const url = new URL(`https://${host}${PATH}`);
  const asked = { cloud: CLOUD, hint: HINT, method: 'GET', url, headers: { date, authorization } } as const;
  const { token } = await askCloud(place, asked);
  if (typeof token !== 'string') throw refusedLogin(CLOUD, `${host} gave no login`, 'run it again');
  place.onSecret(token);
  return {
    credential: { kind: 'basic', username: 'BEARER_TOKEN', password: token, identity: key.identity },
    until: endOf(token, place.now() + HALF_AN_HOUR),
  };
}

/** What Oracle gives a function, a build or a pod of its own: https://docs.oracle.com/en-us/iaas/Content/Functions/Tasks/functionsaccessingociresources.htm */
async function resourceKey({ variables, onSecret }: CloudPlace): Promise<OracleKey | undefined> {
  const { OCI_RESOURCE_PRINCIPAL_RPST: rpst, OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM: pem } = variables;
  if (!rpst || !pem) return undefined;
  const token = await textOf(rpst);
  onSecret(token);
  const phrase = variables.OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE;
  const passphrase = phrase && (await textOf(phrase));
  return {
    id: `ST$${token}`,
    key: keyOf(await textOf(pem), passphrase, 'OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM'),
    identity: "Oracle's resource principal",
  };
}

async function configuredKey(place: CloudPlace): Promise<OracleKey | undefined> {
  const { variables, onSecret } = place;
  const { HOME, OCI_CLI_AUTH, OCI_CLI_CONFIG_FILE, OCI_CLI_PROFILE } = variables;
  if (OCI_CLI_AUTH === INSTANCE) return await readInstanceKey(place);
  const path = OCI_CLI_CONFIG_FILE || (HOME && join(HOME, '.oci/config'));
  const profile = path ? profileOf(await fileText(path), OCI_CLI_PROFILE || 'DEFAULT') : {};
  if (!OCI_CLI_AUTH && profile.authentication_type === INSTANCE) return await readInstanceKey(place);
  const named = (key: string) => variables[`OCI_CLI_${key.toUpperCase()}`] || profile[key];
  const pem = variables.OCI_CLI_KEY_CONTENT ?? (await fileText(inHome(named('key_file'), HOME)));
  if (pem === undefined) return undefined;
  const key = keyOf(
    pem,
    named('passphrase') ?? profile.pass_phrase,
    named('key_file') ?? 'OCI_CLI_KEY_CONTENT',
  );
  const tokenFile = named('security_token_file');
  const token = (await fileText(inHome(tokenFile, HOME)))?.trim();
  if (token !== undefined) {
    onSecret(token);
    return { id: `ST$${token}`, key, identity: "the session of Oracle's oci command" };
  }
  const [tenancy, user, fingerprint] = [named('tenancy'), named('user'), named('fingerprint')];
  if (!tenancy || !user || !fingerprint) return undefined;
  return { id: `${tenancy}/${user}/${fingerprint}`, key, identity: `Oracle ${user}` };
}

/** The federation of instances is loaded only where it is asked for. */
async function readInstanceKey(place: CloudPlace): Promise<OracleKey> {
  return await (await import('./oracle-instance.ts')).instanceKey(place);
}

function keyOf(pem: string, passphrase: string | undefined, name: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase && { passphrase }) });
  } catch (error) {
    rethrowDefect(error);
    throw refusedLogin(CLOUD, `${name} is no private key that opens (${reasonOf(error).text})`, HINT);
  }
}

/** The keys of one section of a configuration file. */
function profileOf(text: string | undefined, name: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  let isOwn = false;
  for (const line of (text ?? '').split(/\r?\n/)) {
    const [, section] = /^\s*\[(.+)\]\s*$/.exec(line) ?? [];
    if (section !== undefined) isOwn = section.trim() === name;
    const [, key, value] = /^\s*([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (isOwn && key !== undefined && value !== undefined) found[key] = value;
  }
  return found;
}

function inHome(path: string | undefined, home: string | undefined): string | undefined {
  return path?.startsWith('~/') && home ? join(home, path.slice(2)) : path;
}

/** A variable contains a path or the text itself. */
async function textOf(named: string): Promise<string> {
  return named.startsWith('/') ? ((await fileText(named)) ?? '').trim() : named;
}

async function fileText(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
