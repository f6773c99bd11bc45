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

/** The public Sigstore's TUF targets. They are refreshed once and cached in a directory. */
export interface PublicSigstore {
  /** Throws `UNREACHABLE`. */
  readonly root: () => Promise<TrustMaterial>;
  /** The text of a target; throws `UNREACHABLE`, also if there is no target of that name. */
  readonly target: (name: string) => Promise<string>;
}

/** Opens the public Sigstore's TUF targets, cached in the directory. */
export function openPublicSigstore(directory: string, http: Http): PublicSigstore {
  let refreshed: Promise<Updater> | undefined;
  let root: Promise<TrustMaterial> | undefined;
  const target = async (name: string) => {
    refreshed ??= refresh(directory, http);
    const updater = refreshed;
    return await readTarget(updater, name).catch((cause: unknown) => {
      if (cause instanceof TypeError) throw cause;
      throw unavailable(name, cause);
    });
  };
  return {
    target,
    root: () => {
      root ??= target(TRUSTED_ROOT).then(parseTrustedRoot);
      return root;
    },
  };
}

/**
 * Updates the cached metadata. The first root of trust is part of this program.
 * https://theupdateframework.github.io/specification/latest/#detailed-client-workflow
 */
async function refresh(directory: string, http: Http): Promise<Updater> {
  const metadataDir = join(directory, encodeURIComponent(new URL(MIRROR).host));
  const targetDir = join(metadataDir, 'targets');
  await seed(metadataDir, targetDir);
  const places = { metadataDir, metadataBaseUrl: MIRROR, targetDir, targetBaseUrl: `${MIRROR}/targets` };
  const updater = new Updater({ ...places, fetcher: new HttpFetcher(http) });
  await updater.refresh();
  return updater;
}

async function readTarget(refreshed: Promise<Updater>, name: string): Promise<string> {
  const updater = await refreshed;
  const target = await updater.getTargetInfo(name);
  if (target === undefined) throw new Error(`${MIRROR} has no ${name}`);
  const path = (await updater.findCachedTarget(target)) ?? (await updater.downloadTarget(target));
  return await readFile(path, 'utf8');
}

function unavailable(name: string, cause: unknown): PromoteError {
  const what = name === TRUSTED_ROOT ? 'trusted root' : 'signing configuration';
  const failure = systemFailure(`keep the public Sigstore's ${what}`, cause);
  if (failure !== undefined) return failure;
  return new PromoteError('UNREACHABLE', `load the public Sigstore's ${what}: it cannot be had`, {
    hint:
      name === TRUSTED_ROOT
        ? 'reach tuf-repo-cdn.sigstore.dev, or name a file in trustedRoot'
        : 'reach tuf-repo-cdn.sigstore.dev, or name the services in signing.fulcio, signing.rekor and signing.tsa',
    cause,
  });
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
    const operation = "load the public Sigstore's files";
    const answer = await this.#http.stream({ operation, method: 'GET', url: new URL(url) });
    const body = answer.kind === 'stream' ? new Response(ReadableStream.from(answer.body)).body : null;
    // If the next root is missing, the updater has the newest one.
    if (body === null) throw new DownloadHTTPError('Failed to download', answer.status);
    return body;
  }
}
