import { canonicalHost } from '../../oci/reference.ts';
import type { Issue } from '../diagnostics/issue.ts';
import { suggest } from '../diagnostics/suggest.ts';

/** The values of the placeholders in a check's URL. */
export type UrlParts = Readonly<Record<'image' | 'digest' | 'commit' | 'environment', string>>;

const PLACES = /\{(image|digest|commit|environment)\}/g;

/** The URL with its placeholders filled in; throws if it is not a URL. */
export function checkUrl(written: string, parts: Partial<UrlParts>): URL {
  return new URL(
    written.replaceAll(PLACES, (_, name: keyof UrlParts) => encodeURIComponent(parts[name] ?? '1')),
  );
}

/** Whether it is an HTTP or HTTPS URL without a login and without a placeholder in its host. */
export function isCheckUrl(written: string): boolean {
  if (!URL.canParse(written.replaceAll(PLACES, '1'))) return false;
  const { protocol, username, password } = checkUrl(written, {});
  const isHttp = protocol === 'https:' || protocol === 'http:';
  const isLeftOpen = /[{}]/.test(written.replaceAll(PLACES, '')) || /^\w+:\/\/[^/]*\{/.test(written);
  return isHttp && username === '' && password === '' && !isLeftOpen;
}

/** What is wrong with a URL's host: `hosts` must list it, and for plain HTTP say `insecure`. */
export function hostIssue(
  written: string,
  hosts: Readonly<Record<string, { readonly insecure?: boolean | undefined }>>,
): Pick<Issue, 'message' | 'hint'> | undefined {
  const { host, protocol } = checkUrl(written, {});
  const listed = Object.entries(hosts).find(([name]) => canonicalHost(name) === host)?.[1];
  if (listed === undefined) {
    const hint = () => suggest(host, Object.keys(hosts)) ?? `list it: hosts: { "${host}": {} }`;
    return { message: `\`hosts\` does not list ${host}`, hint };
  }
  if (protocol === 'https:' || listed.insecure === true) return undefined;
  return {
    message: 'its answers can be changed on their way',
    hint: 'write https, or `insecure: true` for its host',
  };
}
