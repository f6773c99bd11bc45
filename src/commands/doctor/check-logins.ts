import type { Deployment, Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Finding } from '../../plan/check.ts';
import { ok, unchecked } from '../../plan/check-registries.ts';
import type { Examiner } from './examiner.ts';

/** How GitHub names the accounts of Apps, whose rights are those of their installation. */
const APP = /\[bot\]$/;

/** Whom the token of each forge acts as, and whether that account may write. */
export async function checkLogins(
  { login }: Pick<Examiner, 'login'>,
  { environments }: Environments,
): Promise<readonly Finding[]> {
  const deployments = new Map(
    environments.map(({ deployment, name }) => [JSON.stringify(deployment), { deployment, name }]),
  );
  const checked = await Promise.all([...deployments.values()].map(place => checkLogin(login, place)));
  const found = new Map(checked.flat().map(finding => [`${finding.subject} ${finding.message}`, finding]));
  return [...found.values()];
}

async function checkLogin(
  login: Examiner['login'],
  { deployment, name }: { readonly deployment: Deployment; readonly name: string },
): Promise<readonly Finding[]> {
  try {
    const opened = await login(deployment);
    if (opened === undefined) return [];
    const { repository } = opened;
    const person = await opened.viewer();
    if (APP.test(person.name)) {
      const hint =
        'an App needs contents, pull-requests and statuses: write; its first write shows whether it has them';
      return [unchecked(repository, `what the token may do, which acts as ${person.name}`, hint)];
    }
    if (await opened.mayWrite(person))
      return [ok(repository, `the token acts as ${person.name}, who may write`)];
    const message = `the token acts as ${person.name}, who may not write to ${repository}`;
    return [
      {
        severity: 'error',
        subject: repository,
        message,
        hint: `let ${person.name} write there, or use another token`,
      },
    ];
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
    // A forge that refuses all has been told with its environments; some tokens may not ask who they are.
    return [unchecked(name, `whom the token of its forge acts as: ${error.message}`, error.hint)];
  }
}
