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

/** What to show a repository's registry, `undefined` for nothing. */
export type CredentialSource = (repository: RepositoryName) => Promise<Credential | undefined>;

/** Environment variables as a value. */
export type Variables = Readonly<Record<string, string | undefined>>;

const HUB = 'docker.io';
const HUB_KEY = 'https://index.docker.io/v1/';

/**
 * The credentials of `PROMOTE_REGISTRY_<HOST>_*`, then of Docker's and Podman's configuration, read when first asked for
 * and remembered. In order: `DOCKER_AUTH_CONFIG`, `$DOCKER_CONFIG` or `~/.docker`, `REGISTRY_AUTH_FILE`, and `containers/auth.json` under
 * `$XDG_RUNTIME_DIR` and `$XDG_CONFIG_HOME`, at last the old `~/.dockercfg`. In each: helper, store, then `auths`. Last, what a GitLab job is given for
 * its own registry and its group's dependency proxy. Throws `CONFIGURATION`.
 */
export function dockerCredentials(variables: Variables): CredentialSource {
  let files: Promise<readonly CredentialFile[]> | undefined;
  const helped = new Map<string, Promise<Credential | undefined>>();

  async function fromHelper(file: CredentialFile, registry: string): Promise<Credential | undefined> {
    const own = file.helpers.get(registry);
    const name = own ?? file.store;
    if (name === undefined) return undefined;
    const key = `${name} ${registry}`;
    // A store's program is often left behind where the configuration was copied to; anonymous reading still works.
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

/** Loads what starts programs only where one is configured. */
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
