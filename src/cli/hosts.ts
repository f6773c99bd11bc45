import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Host } from '../environments/environments.ts';
import { PromoteError, reasonOf, rethrowDefect } from '../errors.ts';
import type { HostConnection, HostConnections } from '../http/connections.ts';
import type { TlsSettings } from '../http/tls.ts';
import { canonicalHost } from '../oci/reference.ts';
import { type HostRule, type HostRules, registryUrl } from '../registry/auth/host-rules.ts';
import type { OpenMirrors } from '../registry/remote/client.ts';
import { createMirrors } from '../registry/remote/mirrors.ts';
import type { Io } from './io.ts';
import { type ReadNamed, readKeyText } from './read-named.ts';

/** The settings of hosts, for the HTTP client and for registries. */
export interface Hosts {
  readonly connections: HostConnections;
  readonly rules: HostRules;
  readonly mirrors: OpenMirrors;
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;

/**
 * Reads the environments file's settings of hosts, with certificates and keys, and the command line's hosts
 * for plain HTTP. Throws `USAGE`, `KEY` or `NOT_FOUND`; `undefined` if no host has settings.
 */
export async function loadHosts(
  io: Pick<Io, 'env' | 'insecure'>,
  hosts: readonly Host[] = [],
  read: ReadNamed = unread,
): Promise<Hosts | undefined> {
  const insecure = insecureHosts(io.insecure);
  if (hosts.length === 0 && insecure.length === 0) return undefined;
  const connections = new Map<string, HostConnection>();
  const rules = new Map<string, HostRule>();
  for (const host of hosts) {
    const rule = ruleOf(host, insecure);
    rules.set(host.name, rule);
    const connection = { tls: await readTls(io, host, read), requests: host.requests, trusted: rule.uploads };
    connections.set(registryUrl(host.name, rule).host, connection);
  }
  for (const name of insecure) {
    if (!rules.has(name)) rules.set(name, { insecure: true, uploads: [], mirrors: [] });
  }
  return { connections, rules, mirrors: createMirrors };
}

function insecureHosts(names: readonly string[] = []): readonly string[] {
  return names.map(name => {
    if (HOST.test(name)) return canonicalHost(name);
    throw new PromoteError('USAGE', `--insecure ${JSON.stringify(name)}: expected one host`, {
      hint: 'write it as --insecure registry.example:5000, once for each host, without scheme, path or pattern',
    });
  });
}

function ruleOf({ name, insecure, realms, uploads, mirrors }: Host, given: readonly string[]): HostRule {
  return {
    insecure: given.includes(name) ? true : insecure,
    realms: realms?.map(text => new URL(text)),
    uploads: uploads.map(text => new URL(text)),
    mirrors,
  };
}

async function readTls(
  io: Pick<Io, 'env'>,
  { name, ca, certificate, key }: Host,
  read: ReadNamed,
): Promise<TlsSettings | undefined> {
  if (ca === undefined && certificate === undefined) return undefined;
  const text = async (named: string | undefined) => named && (await readKeyText(io, named, read));
  const tls = { ca: await text(ca), certificate: await text(certificate), key: await text(key) };
  try {
    if (tls.ca !== undefined) new X509Certificate(tls.ca);
    createSecureContext({ cert: tls.certificate, key: tls.key });
  } catch (cause) {
    rethrowDefect(cause);
    // OpenSSL's message names the wrong part, and contains nothing of the key itself.
    throw new PromoteError('KEY', `hosts.${name}: its certificates and key: ${reasonOf(cause).text}`, {
      hint: 'name files in PEM: ca with certificates, certificate and key that belong together, the key without a password',
      cause,
    });
  }
  return tls;
}

async function unread(path: string): Promise<string> {
  throw new PromoteError('NOT_FOUND', `read ${path}: no environments file names it`);
}
