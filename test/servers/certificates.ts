import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './tools.ts';

/** Paths of an authority, and of what it certifies. */
export interface Certificates {
  readonly authority: string;
  readonly server: { readonly certificate: string; readonly key: string };
  readonly client: { readonly certificate: string; readonly key: string };
  close(): Promise<void>;
}

/** Makes an authority and certificates for a server on loopback and for a client; needs openssl. */
export async function createCertificates(): Promise<Certificates> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-certificates-'));
  const at = (name: string) => join(directory, name);
  const kind = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const ca = ['-keyout', at('ca.key'), '-out', at('ca.pem')];
  await runProgram('openssl', ['req', '-x509', ...kind, '-subj', '/CN=authority', ...ca]);
  await writeFile(at('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost');
  for (const name of ['server', 'client']) {
    const request = ['-keyout', at(`${name}.key`), '-out', at(`${name}.csr`)];
    await runProgram('openssl', ['req', ...kind, '-subj', `/CN=${name}`, ...request]);
    await runProgram('openssl', [
      ...['x509', '-req', '-in', at(`${name}.csr`), '-extfile', at('names'), '-days', '2'],
      ...['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-out', at(`${name}.pem`)],
    ]);
  }
  const pair = (name: string) => ({ certificate: at(`${name}.pem`), key: at(`${name}.key`) });
  return {
    authority: at('ca.pem'),
    server: pair('server'),
    client: pair('client'),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
