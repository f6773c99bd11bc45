import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import type { Http } from '../../src/http/http.ts';

const EXPIRES = '2099-01-01T00:00:00Z';
const ROLES = ['root', 'timestamp', 'snapshot', 'targets'];
const HOST = 'tuf-repo-cdn.sigstore.dev';

/** A TUF repository with these targets in place of the public Sigstore's, and what was asked of it. */
export interface TufDouble {
  readonly http: Http;
  readonly asked: readonly string[];
  /** Puts its root of trust where the program keeps that of the public one. */
  trustIn(directory: string): Promise<void>;
}

/** https://theupdateframework.github.io/specification/latest/#document-formats, with consistent snapshots as Sigstore's. */
export function tufDouble(targets: Readonly<Record<string, string>>): TufDouble {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keyid = createHash('sha256').update('key').digest('hex');
  const signed = (part: Readonly<Record<string, unknown>>) => {
    const content = { spec_version: '1.0.31', version: 1, expires: EXPIRES, ...part };
    const sig = sign(null, Buffer.from(canonicalize(content) ?? ''), privateKey).toString('hex');
    return JSON.stringify({ signatures: [{ keyid, sig }], signed: content });
  };
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  const root = signed({
    _type: 'root',
    consistent_snapshot: true,
    keys: { [keyid]: { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } } },
    roles: Object.fromEntries(ROLES.map(role => [role, { keyids: [keyid], threshold: 1 }])),
  });
  const made = Object.entries(targets).map(([name, text]) => {
    const sha256 = createHash('sha256').update(text).digest('hex');
    return { name, text, sha256, meta: { length: Buffer.byteLength(text), hashes: { sha256 } } };
  });
  const files: Readonly<Record<string, string>> = {
    '/timestamp.json': signed({ _type: 'timestamp', meta: { 'snapshot.json': { version: 1 } } }),
    '/1.snapshot.json': signed({ _type: 'snapshot', meta: { 'targets.json': { version: 1 } } }),
    '/1.targets.json': signed({
      _type: 'targets',
      targets: Object.fromEntries(made.map(({ name, meta }) => [name, meta])),
    }),
    ...Object.fromEntries(made.map(({ name, text, sha256 }) => [`/targets/${sha256}.${name}`, text])),
  };
  const asked: string[] = [];
  const http: Http = {
    async stream({ url }) {
      if (url.host !== HOST) throw new Error(`${url} is not the public Sigstore's`);
      asked.push(url.pathname);
      const text = files[url.pathname];
      const head = { url, headers: {} };
      if (text === undefined) return { ...head, kind: 'response', status: 404, bytes: Buffer.of() };
      return { ...head, kind: 'stream', status: 200, body: only(Buffer.from(text)) };
    },
    send: () => Promise.reject(new Error('TUF is streamed')),
    pause: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return {
    http,
    asked,
    async trustIn(directory) {
      await mkdir(join(directory, HOST, 'targets'), { recursive: true });
      await writeFile(join(directory, HOST, 'root.json'), root);
    },
  };
}

async function* only(bytes: Uint8Array) {
  yield bytes;
}
