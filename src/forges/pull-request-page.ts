import { type Address, parseAddress } from './address.ts';

/** Where people open a pull request by hand. */
export interface Proposed {
  /** The repository's address, as Git knows it. */
  readonly repository: string;
  readonly branch: string;
  readonly base: string;
}

/**
 * The page that opens a pull request from a branch, for hosts whose pull requests promote does not use. They
 * are Bitbucket Cloud and Data Center, and Azure DevOps and its Server. `undefined` for any other host.
 */
export function pullRequestPage({ repository, branch, base }: Proposed): string | undefined {
  const address = parseAddress(repository);
  if (address === undefined) return undefined;
  const parts = { from: encodeURIComponent(branch), to: encodeURIComponent(base) };
  return PAGES.map(page => page(address, parts)).find(page => page !== undefined);
}

type Page = (
  address: Address,
  branches: { readonly from: string; readonly to: string },
) => string | undefined;

const PAGES: readonly Page[] = [
  (address, { from, to }) => {
    const [, path] = /^\/([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(address.url.pathname) ?? [];
    if (!isAt(address, 'bitbucket.org', 'altssh.bitbucket.org') || path === undefined) return undefined;
    return `https://bitbucket.org/${path}/pull-requests/new?source=${from}&dest=${to}`;
  },
  // Only the HTTP address shows where Data Center's pages are.
  ({ url: { origin, pathname }, isSsh }, { from, to }) => {
    const [, root = '', project, name] = /^(.*)\/scm\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(pathname) ?? [];
    if (isSsh || project === undefined) return undefined;
    const owner = project.startsWith('~') ? `users/${project.slice(1)}` : `projects/${project}`;
    const asked = `create&sourceBranch=refs%2Fheads%2F${from}&targetBranch=refs%2Fheads%2F${to}`;
    return `${origin}${root}/${owner}/repos/${name}/pull-requests?${asked}`;
  },
  (address, { from, to }) => {
    const [, owner, project, name] = /^\/v3\/([^/]+)\/([^/]+)\/([^/]+?)\/?$/.exec(address.url.pathname) ?? [];
    if (!isAt(address, 'ssh.dev.azure.com', 'vs-ssh.visualstudio.com') || name === undefined)
      return undefined;
    return `https://dev.azure.com/${owner}/${project}/_git/${name}/pullrequestcreate?sourceRef=${from}&targetRef=${to}`;
  },
  ({ url: { origin, pathname }, isSsh }, { from, to }) => {
    const [, path] = /^(\/.*\/_git\/[^/]+|\/_git\/[^/]+)\/?$/.exec(pathname) ?? [];
    if (isSsh || path === undefined) return undefined;
    return `${origin}${path}/pullrequestcreate?sourceRef=${from}&targetRef=${to}`;
  },
];

/** Whether the address is on one of the hosts; for SSH, the port does not count. */
function isAt({ url: { host, hostname }, isSsh }: Address, ...hosts: readonly string[]): boolean {
  return hosts.includes(isSsh ? hostname : host);
}
