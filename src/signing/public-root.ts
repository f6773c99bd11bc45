import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import type { TrustMaterial } from '@sigstore/verify';
import { BaseFetcher, Updater } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { PromoteError, systemFailure } from '../errors.ts';
import type { Http } from '../http/http.ts';
import { parseTrustedRoot } from './trusted-root.ts';

const MIRROR = 'https://tuf-repo-cdn.sigstore.dev';
const TRUSTED_ROOT = 'trusted_root.json';

/** Loads the public Sigstore's trusted root through TUF, cached in the directory; throws `UNREACHABLE`. */
export async function loadPublicRoot(directory: string, http: Http): Promise<TrustMaterial> {
  const text = await readPublicRoot(directory, http).catch((cause: unknown) => {
    if (cause instanceof TypeError) throw cause;
    const failure = systemFailure("keep the public Sigstore's trusted root", cause);
    if (failure !== undefined) throw failure;
    throw new PromoteError('UNREACHABLE', "load the public Sigstore's trusted root: it cannot be had", {
      hint: 'reach tuf-repo-cdn.sigstore.dev, or name a file in trustedRoot',
      cause,
    });
  });
  return parseTrustedRoot(text);
}

/**
 * The text of the public Sigstore's trusted root, which TUF caches and updates in the directory. The first root of
 * trust is part of this program. https://theupdateframework.github.io/specification/latest/#detailed-client-workflow
 */
async function readPublicRoot(directory: string, http: Http): Promise<string> {
  const metadataDir = join(directory, encodeURIComponent(new URL(MIRROR).host));
  const targetDir = join(metadataDir, 'targets');
  await seed(metadataDir, targetDir);
  const places = { metadataDir, metadataBaseUrl: MIRROR, targetDir, targetBaseUrl: `${MIRROR}/targets` };
  const updater = new Updater({ ...places, fetcher: new HttpFetcher(http) });
  const target = await updater.getTargetInfo(TRUSTED_ROOT);
  if (target === undefined) throw new Error(`${MIRROR} has no ${TRUSTED_ROOT}`);
  const path = (await updater.findCachedTarget(target)) ?? (await updater.downloadTarget(target));
  return await readFile(path, 'utf8');
}

/** Fills an empty cache with the files that are part of this program. */
async function seed(metadataDir: string, targetDir: string): Promise<void> {
  const root = join(metadataDir, 'root.json');
  if (existsSync(root)) return;
  const { 'root.json': text, targets } = seeds[MIRROR];
  await mkdir(targetDir, { recursive: true });
  for (const [name, target] of Object.entries(targets))
    await writeFile(join(targetDir, name), Buffer.from(target, 'base64'));
  await writeFile(root, Buffer.from(text, 'base64'));
}

/** Fetches TUF's files through our own HTTP client. */
class HttpFetcher extends BaseFetcher {
  readonly #http: Http;

  constructor(http: Http) {
    super();
    this.#http = http;
  }

  async fetch(url: string) {
    const operation = "load the public Sigstore's trusted root";
    const answer = await this.#http.stream({ operation, method: 'GET', url: new URL(url) });
    const body = answer.kind === 'stream' ? new Response(ReadableStream.from(answer.body)).body : null;
    // By a missing next root the updater knows that it has the newest one.
    if (body === null) throw new DownloadHTTPError('Failed to download', answer.status);
    return body;
  }
}
