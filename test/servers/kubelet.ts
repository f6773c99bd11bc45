interface Login {
  readonly username: string;
  readonly password: string;
}

/**
 * The logins that the kubelet tries for an image, in its order.
 * https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/credentialprovider/keyring.go (Add, Lookup, URLsMatch)
 */
export function kubeletLogins(
  { auths }: { readonly auths: Readonly<Record<string, Login>> },
  image: string,
): readonly Login[] {
  const keys = new Map(Object.entries(auths).map(([key, login]) => [indexed(key), login]));
  const matching = [...keys]
    .sort(([left], [right]) => (left < right ? 1 : -1))
    .filter(([key]) => matches(key, image));
  const found = matching.map(([, { username, password }]) => ({ username, password }));
  // "docker.io/x" is of the default registry, whose key is "index.docker.io".
  const standard = keys.get('index.docker.io');
  const isStandard = image.startsWith('docker.io/') || !/^[^/]*[.:]/.test(image);
  return found.length > 0 || !isStandard || standard === undefined
    ? found
    : [{ username: standard.username, password: standard.password }];
}

function indexed(key: string): string {
  const { host, pathname } = new URL(/^https?:\/\//.test(key) ? key : `https://${key}`);
  const path = pathname.replace(/^\/v[12]\//, '/').replace(/\/$/, '');
  return `${host}${path}`;
}

function matches(key: string, image: string): boolean {
  const [glob, target] = [new URL(`https://${key}`), new URL(`https://${image}`)];
  const [labels, wanted] = [glob.hostname.split('.'), target.hostname.split('.')];
  if (glob.port !== target.port || labels.length !== wanted.length) return false;
  if (!labels.every((label, at) => new RegExp(`^${label.replaceAll('*', '.*')}$`).test(wanted[at] ?? '')))
    return false;
  return target.pathname.startsWith(glob.pathname.replace(/\/$/, ''));
}
