import { PromoteError } from '../errors.ts';
import { type Digest, isDigest } from './digest.ts';

declare const repositoryBrand: unique symbol;

/** A repository with its registry: `ghcr.io/acme/api`, or the image layout `oci:./path/api`. */
export type RepositoryName = string & { readonly [repositoryBrand]: true };

/** An image's name: a repository with a tag, a digest, or both. With both, the digest decides. */
export interface Reference {
  readonly repository: RepositoryName;
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

const LAYOUT = 'oci:';
const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_HOSTS = ['index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];
const TAG = /^\w[\w.-]{0,127}$/;
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const LAYOUT_PATH = /^[^\s:@\0]+$/;

/**
 * Parses `[host[:port]/]path[:tag][@digest]` or `oci:path[:tag][@digest]`; throws `INVALID`. Docker Hub's
 * short names are completed: `nginx` becomes `docker.io/library/nginx`.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
 */
export function parseReference(text: string): Reference {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) throw invalid(text, 'what follows @ is not a digest');
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/') && !(named.startsWith(LAYOUT) && colon === LAYOUT.length - 1);
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !isTag(tag)) throw invalid(text, 'what follows the last colon is not a tag');
  return {
    repository: parseRepositoryName(hasTag ? named.slice(0, colon) : named),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Parses a repository without tag or digest; throws `INVALID`. */
export function parseRepositoryName(text: string): RepositoryName {
  const spelling = spelledRight(text);
  if (spelling !== undefined) throw invalid(text, `write ${spelling}, without the scheme`);
  if (text.startsWith(LAYOUT)) {
    if (!LAYOUT_PATH.test(text.slice(LAYOUT.length))) throw invalid(text, 'an image layout reads oci:path');
    return text.replace(/\/+$/, '') as RepositoryName;
  }
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const hasHost = /[.:A-Z]/.test(first) || first === 'localhost';
  const host = hasHost ? canonicalHost(first) : DOCKER_HUB;
  const path = hasHost ? text.slice(slash + 1) : text;
  if (!HOST.test(host) || !URL.canParse(`https://${host}`))
    throw invalid(text, `${JSON.stringify(host)} is not a host`);
  if (!PATH.test(path)) throw invalid(text, 'a repository is lower-case path components joined by slashes');
  if (text.length > 255) throw invalid(text.slice(0, 80), 'longer than 255 characters');
  const library = host === DOCKER_HUB && !path.includes('/') ? 'library/' : '';
  return `${host}/${library}${path}` as RepositoryName;
}

/** `repository[:tag][@digest]`. */
export function formatReference({ repository, tag, digest }: Reference): string {
  return `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Whether the text is a valid tag. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Whether the repository is an OCI image layout on disk. */
export function isLayout(name: RepositoryName): boolean {
  return name.startsWith(LAYOUT);
}

/** The registry's host and port; `oci:` for an image layout. */
export function registryOf(name: RepositoryName): string {
  return isLayout(name) ? LAYOUT : name.slice(0, name.indexOf('/'));
}

/** The repository's path within its registry, or an image layout's path. */
export function pathOf(name: RepositoryName): string {
  return isLayout(name) ? name.slice(LAYOUT.length) : name.slice(name.indexOf('/') + 1);
}

/** A registry, perhaps with a path. Its host has its canonical name, and there is no slash at the end. */
export function canonicalRegistry(text: string): string {
  const [host = '', ...path] = text.replace(/\/+$/, '').split('/');
  return host.startsWith(LAYOUT) ? text.replace(/\/+$/, '') : [canonicalHost(host), ...path].join('/');
}

/** The host's canonical name. Docker Hub has several names. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return DOCKER_HUB_HOSTS.includes(lower) ? DOCKER_HUB : lower;
}

/** The reference that a URL probably means. The path after `oci:` never begins with two slashes. */
function spelledRight(text: string): string | undefined {
  const [, scheme, rest = ''] = /^(oci|docker|https?):\/\/(.+)$/s.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  if (scheme === 'oci' && /^[./]/.test(rest)) return `${LAYOUT}${rest}`;
  // A URL's credentials are neither part of a reference nor of a message.
  return rest.replace(/^[^/]*@(?=[^/]*\/)/, '');
}

function invalid(text: string, why: string): PromoteError {
  return new PromoteError('INVALID', `not an image reference: ${JSON.stringify(text)}: ${why}`, {
    hint: 'a reference reads host/path:tag, host/path@sha256:… or oci:./path:tag',
  });
}
