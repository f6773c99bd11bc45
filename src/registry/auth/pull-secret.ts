import { PromoteError, throwAll } from '../../errors.ts';
import { type RepositoryName, registryOf } from '../../oci/reference.ts';
import { type Credential, type CredentialFile, storedKey } from './credentials-file.ts';
import { soonGone } from './short-lived.ts';

type Basic = Extract<Credential, { readonly kind: 'basic' }>;

/** The kubelet's logins for registries, by the keys that it looks up. */
export type PullLogins = ReadonlyMap<string, Basic>;

/** The source of the logins, and passwords that must not be among them. */
export interface PullSource {
  readonly file: CredentialFile;
  /** The file's name in messages. */
  readonly name: string;
  readonly now: Date;
  /** Passwords that the CI gave only to this job. */
  readonly ofJob: readonly string[];
}

/**
 * The logins with which the kubelet pulls from these repositories. Throws `CONFIGURATION` with every login
 * that is missing or would soon expire.
 */
export function pullLogins(repositories: readonly RepositoryName[], source: PullSource): PullLogins {
  const logins = new Map<string, Basic>();
  const wrong = new Map<string, PromoteError>();
  for (const repository of repositories) {
    const key = storedKey(source.file, repository);
    const credential = key === undefined ? undefined : source.file.auths.get(key);
    const fault = faultOf(credential, source);
    if (key !== undefined && credential?.kind === 'basic' && fault === undefined)
      logins.set(keyFor(key), credential);
    else wrong.set(key ?? registryOf(repository), failure(key ?? registryOf(repository), fault, source));
  }
  throwAll('pull-secret', [...wrong.values()]);
  return logins;
}

/** The Secret of Kubernetes: https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/ */
export function pullSecret(name: string, namespace: string | undefined, logins: PullLogins): string {
  const auths = Object.fromEntries(
    [...logins].map(([key, { username, password }]) => [
      key,
      { username, password, auth: Buffer.from(`${username}:${password}`).toString('base64') },
    ]),
  );
  const data = Buffer.from(JSON.stringify({ auths })).toString('base64');
  return [
    'apiVersion: v1',
    'kind: Secret',
    'metadata:',
    `  name: ${JSON.stringify(name)}`,
    ...(namespace === undefined ? [] : [`  namespace: ${JSON.stringify(namespace)}`]),
    'type: kubernetes.io/dockerconfigjson',
    'data:',
    `  .dockerconfigjson: ${data}`,
    '',
  ].join('\n');
}

/** The kubelet finds Docker Hub's login by the key that `docker login` writes. */
function keyFor(key: string): string {
  return key === 'docker.io' ? 'https://index.docker.io/v1/' : key;
}

function faultOf(credential: Credential | undefined, { now, ofJob }: PullSource): string | undefined {
  if (credential === undefined) return undefined;
  if (credential.kind !== 'basic')
    return 'the kubelet sends a user and a password, and this is a token alone';
  if (ofJob.includes(credential.password)) return "it is this job's own token, which ends with the job";
  return soonGone(credential, now);
}

function failure(key: string, fault: string | undefined, { file, name }: PullSource): PromoteError {
  const isHelped = file.store !== undefined || file.helpers.has(key);
  const why =
    fault ?? (isHelped ? 'a helper program keeps its login, for this machine alone' : 'it names no login');
  return new PromoteError('CONFIGURATION', `${key}: ${name}: ${why}`, {
    hint: 'make a login there that lasts and may only pull, such as a robot account or a deploy token, and name it under auths',
  });
}
