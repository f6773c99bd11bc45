/** Environment variables as a value. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Signing keys, identities, and logins of this program alone: no program that it starts needs them. */
const OURS =
  /^(?:COSIGN_|PROMOTE_.*(?:TOKEN|KEY)$|PROMOTE_REGISTRY_|SIGSTORE_ID_TOKEN$|ACTIONS_ID_TOKEN_|ACTIONS_RUNTIME_TOKEN$|INPUT_)/;
/** The trace of the CI's job and the login at a collector, which are for the collector alone. */
const TELEMETRY = /^(?:TRACE(?:PARENT|STATE)$|OTEL_)/;
/** The variables by which a CI's identity is requested. */
const IDENTITY = /^(?:SIGSTORE_ID_TOKEN$|ACTIONS_ID_TOKEN_)/;
/** Logins of registries, of which Git knows nothing. */
const REGISTRIES = /^(?:DOCKER_AUTH_CONFIG|CI_REGISTRY_PASSWORD|CI_DEPENDENCY_PROXY_PASSWORD)$/;
/** The variables by which Buildkite's agent finds its job, its server and the proxy. */
const AGENT =
  /^(?:PATH|HOME|USER|LANG|LC_ALL|TMPDIR|SYSTEMROOT|BUILDKITE.*|SSL_CERT_(?:FILE|DIR)|(?:HTTPS?|NO)_PROXY)$/i;

/** Which kind of program is started. */
export type Child = 'git' | 'gpg' | 'gitsign' | 'credential-helper' | 'buildkite-agent';

/**
 * The environment variables that such a program gets. Git and credential helpers keep their logins, since
 * their own helpers may read any variable. They never get private keys and this program's own secrets.
 */
export function childEnvironment(variables: Variables, child: Child): Variables {
  const needs = NEEDS[child];
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value = '']) => needs(name) && !TELEMETRY.test(name) && !value.includes('PRIVATE KEY-----'),
    ),
  );
}

const NEEDS: Readonly<Record<Child, (name: string) => boolean>> = {
  git: name => !OURS.test(name) && !REGISTRIES.test(name),
  // gpg logs in nowhere.
  gpg: name => !OURS.test(name) && !REGISTRIES.test(name) && !/TOKEN$/.test(name),
  // gitsign signs with the identity of the CI.
  gitsign: name => (!OURS.test(name) || IDENTITY.test(name)) && !REGISTRIES.test(name),
  'credential-helper': name => !OURS.test(name),
  'buildkite-agent': name => AGENT.test(name),
};
