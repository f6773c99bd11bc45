import type { IncomingMessage } from 'node:http';
import { digestOf } from '../../src/oci/digest.ts';
import {
  type ManifestContent,
  manifestContent,
  parseManifest,
  referrerDescriptor,
} from '../../src/oci/manifest.ts';

/** How the registry stores and lists. */
export interface RoutesOptions {
  /** Whether it has the referrers API; default true. */
  readonly referrers?: boolean;
  /** Whether tags are listed; default true. Some policies allow pulls alone: https://github.com/ivanilves/lstags/issues/222 */
  readonly lists?: boolean;
  /** Entries a page of referrers and tags; default 3. */
  readonly pageSize?: number;
  /** Whether a mount from the repository itself finds what is there; default true. */
  readonly selfMounts?: boolean;
  /** Whether blobs are mounted from other repositories; default true. ECR needs an account setting. */
  readonly mounts?: boolean;
  /** Whether a tag that is there refuses every PUT. */
  readonly immutableTags?: boolean;
  /** Whether `manifests/sha256-<hex>` reads like the digest where there is no such tag: https://github.com/oras-project/oras/issues/2148 */
  readonly digestLikeTags?: boolean;
  /** The most bytes of a request's body; a proxy answers 413 to more, nginx from 1 MiB on: https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size */
  readonly largestBody?: number;
  /** Whether a blob is taken in chunks alone, and answers 405 to a PUT with a body. */
  readonly chunksOnly?: boolean;
  /** Whether a chunk after the first is dropped without a word, as is told of ECR. */
  readonly dropsChunks?: boolean;
  /** Whether a manifest is refused whose parts are not there: https://github.com/distribution/distribution/blob/v2.8.3/registry/storage/ocimanifesthandler.go */
  readonly checksParts?: boolean;
  /** Whether manifests can be deleted by digest; default true. */
  readonly deletes?: boolean;
  /** Where it keeps what is pushed; default: in a map that nobody else sees. */
  readonly repositories?: Repositories;
}

/** Repositories by name. */
export type Repositories = Map<string, StoredRepository>;

/** What is sent back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a registry holds of a repository. */
interface StoredRepository {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, { readonly bytes: Buffer; readonly type: string }>;
  readonly tags: Map<string, string>;
}

type Route = (message: IncomingMessage, body: Buffer) => Answer;

/** The distribution protocol over maps in memory. */
export function createRoutes(options: RoutesOptions): Route {
  const uploads = new Map<string, Buffer[]>();
  let begun = 0;
  const { repositories = new Map() as Repositories } = options;
  const open = (name: string): StoredRepository => {
    const found = repositories.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() };
    repositories.set(name, found);
    return found;
  };

  return (message, body) => {
    const url = new URL(message.url ?? '', 'http://registry');
    const [, name = '', kind, rest = ''] =
      /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests|tags|referrers)\/(.*)$/.exec(url.pathname) ?? [];
    const target = decodeURIComponent(rest);
    const isRead = message.method === 'GET' || message.method === 'HEAD';
    if (kind === 'blobs/uploads') return upload(message, url, name, body);
    if (kind === 'manifests' && !isRead) return writeManifest(message, name, target, body);
    const repository = repositories.get(name);
    if (repository === undefined || !isRead) return failed(404, 'NAME_UNKNOWN');
    if (kind === 'blobs') return blob(repository.blobs.get(target));
    if (kind === 'manifests') return manifest(repository, target, options);
    if (kind === 'tags') return tags(name, repository, url);
    return options.referrers === false ? plain(404) : referrers(repository, target, url);
  };

  function writeManifest(message: IncomingMessage, name: string, target: string, body: Buffer): Answer {
    if (message.method === 'DELETE') return deleteManifest(repositories.get(name), target);
    return putManifest(open(name), target, body, message.headers['content-type'] ?? '');
  }

  function upload(message: IncomingMessage, url: URL, name: string, body: Buffer): Answer {
    if (message.method === 'POST') return beginUpload(url, name);
    const chunks = uploads.get(url.pathname);
    if (chunks === undefined || !/^\?token=a%20b(?:&|$)/.test(url.search))
      return failed(404, 'BLOB_UPLOAD_UNKNOWN');
    if (message.method === 'DELETE') {
      uploads.delete(url.pathname);
      return answered(204);
    }
    const isWhole = Number(message.headers['content-length']) === body.length;
    if (message.method === 'PATCH') return addChunk(url, chunks, message, isWhole ? body : undefined);
    if (options.chunksOnly && body.length > 0) return failed(405, 'UNSUPPORTED');
    const digest = url.searchParams.get('digest') ?? '';
    const blob = Buffer.concat([...chunks, body]);
    uploads.delete(url.pathname);
    if (!isWhole || digestOf(blob) !== digest) return failed(400, 'DIGEST_INVALID');
    open(name).blobs.set(digest, blob);
    return answered(201, { 'docker-content-digest': digest });
  }

  function beginUpload({ searchParams }: URL, name: string): Answer {
    const [mount = '', from = ''] = ['mount', 'from'].map(key => searchParams.get(key) ?? '');
    const mounted = repositories.get(from)?.blobs.get(mount);
    const isAllowed = from === name ? options.selfMounts !== false : options.mounts !== false;
    if (mounted === undefined || !isAllowed) {
      begun += 1;
      const path = `/v2/${name}/blobs/uploads/session-${begun}`;
      uploads.set(path, []);
      return answered(202, { location: `${path}?token=a%20b` });
    }
    open(name).blobs.set(mount, mounted);
    return answered(201);
  }

  /** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks */
  function addChunk(url: URL, chunks: Buffer[], message: IncomingMessage, body: Buffer | undefined): Answer {
    const received = Buffer.concat(chunks).length;
    const range = `${received}-${received + (body?.length ?? 0) - 1}`;
    if (body === undefined || message.headers['content-range'] !== range) return answered(416);
    if (!options.dropsChunks || chunks.length === 0) chunks.push(body);
    const kept = Buffer.concat(chunks).length;
    return answered(202, { location: `${url.pathname}${url.search}`, range: `0-${kept - 1}` });
  }

  function putManifest(repository: StoredRepository, target: string, bytes: Buffer, type: string): Answer {
    const content = manifestContent(bytes, type);
    const { digest } = content.descriptor;
    if (options.immutableTags && repository.tags.has(target)) return failed(400, 'TAG_INVALID');
    if (target.includes(':') && target !== digest) return failed(400, 'DIGEST_INVALID');
    if (options.checksParts && !hasParts(repository, content)) return failed(400, 'MANIFEST_BLOB_UNKNOWN');
    repository.manifests.set(digest, { bytes, type });
    if (!target.includes(':')) repository.tags.set(target, digest);
    const { subject } = parseManifest(content);
    const isListed = subject !== undefined && options.referrers !== false;
    return answered(201, {
      'docker-content-digest': digest,
      ...(isListed ? { 'oci-subject': subject.digest } : {}),
    });
  }

  /** As distribution does: 405 unless deleting is enabled, and what is deleted leaves every list and tag. */
  function deleteManifest(repository: StoredRepository | undefined, digest: string): Answer {
    if (options.deletes === false) return failed(405, 'UNSUPPORTED');
    if (repository?.manifests.delete(digest) !== true) return failed(404, 'MANIFEST_UNKNOWN');
    for (const [tag, named] of repository.tags) if (named === digest) repository.tags.delete(tag);
    return answered(202);
  }

  function tags(name: string, repository: StoredRepository, url: URL): Answer {
    if (options.lists === false) return failed(403, 'DENIED');
    const listed = [...repository.tags.keys()].sort();
    return page(url, listed, entries => ({ name, tags: entries }), 'application/json');
  }

  function referrers(repository: StoredRepository, subject: string, url: URL): Answer {
    const listed = [...repository.manifests.values()]
      .map(({ bytes, type }) => manifestContent(bytes, type))
      .filter(content => parseManifest(content).subject?.digest === subject)
      .map(referrerDescriptor);
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    return page(url, listed, manifests => ({ schemaVersion: 2, mediaType, manifests }), mediaType);
  }

  function page<T>(
    url: URL,
    entries: readonly T[],
    body: (page: readonly T[]) => object,
    type: string,
  ): Answer {
    const [start, size] = [Number(url.searchParams.get('start') ?? 0), options.pageSize ?? 3];
    const next = `<${url.pathname}?start=${start + size}>; rel="next"`;
    return {
      status: 200,
      headers: { 'content-type': type, ...(start + size < entries.length ? { link: next } : {}) },
      body: Buffer.from(JSON.stringify(body(entries.slice(start, start + size)))),
    };
  }
}

function hasParts({ blobs, manifests }: StoredRepository, content: ManifestContent): boolean {
  const manifest = parseManifest(content);
  if (manifest.kind === 'index') return manifest.manifests.every(({ digest }) => manifests.has(digest));
  return [manifest.config, ...manifest.layers].every(({ digest }) => blobs.has(digest));
}

function blob(bytes: Buffer | undefined): Answer {
  return bytes === undefined ? failed(404, 'BLOB_UNKNOWN') : { status: 200, headers: {}, body: bytes };
}

function manifest(
  { manifests, tags }: StoredRepository,
  target: string,
  { digestLikeTags = false }: RoutesOptions,
): Answer {
  const digest = tags.get(target) ?? (digestLikeTags ? target.replace('-', ':') : target);
  const stored = manifests.get(digest);
  if (stored === undefined) return failed(404, 'MANIFEST_UNKNOWN');
  const headers = { 'docker-content-digest': digest, 'content-type': stored.type };
  return { status: 200, headers, body: stored.bytes };
}

function answered(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: Buffer.alloc(0) };
}

function plain(status: number): Answer {
  return { status, headers: { 'content-type': 'text/html' }, body: Buffer.from('<h1>no such page</h1>') };
}

function failed(status: number, code: string): Answer {
  const body = JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] });
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
}
