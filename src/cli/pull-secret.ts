import { resolve } from 'node:path';
import { environmentNamed, pullRepository } from '../environments/locate.ts';
import { PromoteError, withSystem } from '../errors.ts';
import { writeWholeFile } from '../git/write-file.ts';
import { isLayout } from '../oci/reference.ts';
import { readCredentialFile } from '../registry/auth/credentials-file.ts';
import { pullLogins, pullSecret as secretOf } from '../registry/auth/pull-secret.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';

/** Logins that the CI issues for one job and revokes when the job ends. */
const OF_JOB = ['CI_JOB_TOKEN', 'CI_REGISTRY_PASSWORD', 'CI_DEPENDENCY_PROXY_PASSWORD', 'GITHUB_TOKEN'];

/** A name in Kubernetes: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** `promote pull-secret <environment>` */
export async function pullSecret(
  io: Io,
  environment: string,
  options: {
    readonly file: string;
    readonly from: string;
    readonly name?: string | undefined;
    readonly namespace?: string | undefined;
    readonly out?: string | undefined;
  },
): Promise<number> {
  const { from, namespace, out, name = `promote-${environment}` } = options;
  if (out === undefined && io.env.CI)
    throw usage('in CI a Secret is not printed', 'give --out <file>, which nobody but its user can read');
  for (const word of [name, namespace ?? name])
    if (!NAME.test(word)) throw usage(`${JSON.stringify(word)} is no name of Kubernetes`);
  const path = resolve(io.cwd, from);
  const file = await readCredentialFile(path);
  if (file === undefined)
    throw usage(`--from ${from}: no such file`, 'name a config.json as docker login writes it');
  io.secrets?.add([...file.auths.values()].map(one => (one.kind === 'basic' ? one.password : one.token)));
  return await withEffects(io, options.file, async (_, environments) => {
    const { registries } = environmentNamed(environments, environment);
    const repositories = registries
      .filter(({ isBackup }) => isBackup !== true)
      .flatMap(registry => environments.images.map(image => pullRepository(registry, image)))
      .filter(repository => !isLayout(repository));
    if (repositories.length === 0)
      throw usage(`${environment} pulls from image layouts alone, which need no login`);
    const ofJob = OF_JOB.flatMap(variable => io.env[variable] || []);
    const text = secretOf(
      name,
      namespace,
      pullLogins(repositories, { file, name: from, now: new Date(), ofJob }),
    );
    if (out === undefined) show(io, text);
    else await write(resolve(io.cwd, out), text);
    return EXIT.done;
  });
}

/** Prints the Secret; throws `USAGE` if redaction would change its text and so break it. */
function show(io: Io, text: string): void {
  if ((io.secrets?.redact(text) ?? text) !== text)
    throw usage('it holds what is taken out of every output', 'give --out <file>');
  io.stdout.write(text);
}

/** Writes a file that others can never read: it is created as such, and replaces an existing one. */
async function write(path: string, text: string): Promise<void> {
  await withSystem('pull-secret --out', async () => await writeWholeFile(path, text, 0o600));
}

function usage(message: string, hint?: string): PromoteError {
  return new PromoteError('USAGE', `pull-secret: ${message}`, { hint });
}
