import { join } from 'node:path';
import { type RepositoryName, registryOf } from '../../oci/reference.ts';
import {
  type Credential,
  type CredentialFile,
  OLD_FILE,
  parseCredentialFile,
  readCredentialFile,
  storedCredential,
} from './credentials-file.ts';
import { gitlabJobCredential } from './credentials-gitlab.ts';
import { variableCredential } from './credentials-variables.ts';

/** Finds the credential for a repository's registry; `undefined` where there is none. */
export type CredentialSource = (repository: RepositoryName) => Promise<Credential | undefined>;

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

const HUB = 'docker.io';
const HUB_KEY = 'https://index.docker.io/v1/';

/**
 * The credentials of `PROMOTE_REGISTRY_<HOST>_*`, then of Docker's and Podman's configuration, which is read
 * at first use. In order: `DOCKER_AUTH_CONFIG`, `$DOCKER_CONFIG` or `~/.docker`, `REGISTRY_AUTH_FILE`,
 * `containers/auth.json` under `$XDG_RUNTIME_DIR` and `$XDG_CONFIG_HOME`, the old `~/.dockercfg`. In each:
 * helper, store, then `auths`. Last come a GitLab job's own credentials. Throws `CONFIGURATION`.
 */
export function dockerCredentials(variables: Variables): CredentialSource {
  let files: Promise<readonly CredentialFile[]> | undefined;
  const helped = new Map<string, Promise<Credential | undefined>>();

  async function fromHelper(file: CredentialFile, registry: string): Promise<Credential | undefined> {
    const own = file.helpers.get(registry);
    const name = own ?? file.store;
    if (name === undefined) return undefined;
    const key = `${name} ${registry}`;
    // A copied configuration often names a store whose program is absent. Anonymous reading still works.
    const query = { name, registry: registry === HUB ? HUB_KEY : registry, isRequired: own !== undefined };
    const asked = helped.get(key) ?? askProgram({ ...query, variables });
    helped.set(key, asked);
    return await asked;
  }

  return async repository => {
    const named = variableCredential(variables, repository);
    if (named !== undefined) return named;
    files ??= readFiles(variables);
    const registry = registryOf(repository);
    for (const file of await files) {
      const credential = (await fromHelper(file, registry)) ?? storedCredential(file, repository);
      if (credential !== undefined) return credential;
    }
    return gitlabJobCredential(variables, repository);
  };
}

/** Loads the module that starts programs only if a program is configured. */
async function askProgram(...asked: Parameters<AskHelper>): ReturnType<AskHelper> {
  const { askHelper } = await import('./credentials-helper.ts');
  return await askHelper(...asked);
}

type AskHelper = typeof import('./credentials-helper.ts').askHelper;

async function readFiles(variables: Variables): Promise<readonly CredentialFile[]> {
  const inline = variables.DOCKER_AUTH_CONFIG;
  const read = await Promise.all(paths(variables).map(readCredentialFile));
  return [
    ...(inline ? [parseCredentialFile(inline, 'DOCKER_AUTH_CONFIG')] : []),
    ...read.filter(file => file !== undefined),
  ];
}

function paths(variables: Variables): readonly string[] {
  const { HOME, DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME } = variables;
  const docker = DOCKER_CONFIG || under(HOME, '.docker');
  const config = XDG_CONFIG_HOME || under(HOME, '.config');
  return [
    under(docker, 'config.json'),
    REGISTRY_AUTH_FILE || undefined,
    under(XDG_RUNTIME_DIR, 'containers/auth.json'),
    under(config, 'containers/auth.json'),
    under(HOME, OLD_FILE),
  ].filter(path => path !== undefined);
}

function under(directory: string | undefined, name: string): string | undefined {
  return directory ? join(directory, name) : undefined;
}
