import type { Deployment, Environment, Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { TokenRight, TokenUse } from '../../forges/token-right.ts';
import type { Finding } from '../../plan/check.ts';
import { ok, unchecked } from '../../plan/check-registries.ts';
import type { Examiner, ForgeLogin } from './examiner.ts';

/** GitHub's names for the accounts of Apps, whose rights are those of their installation. */
const APP = /\[bot\]$/;

/** Environments with the same deployment files, which share one login. */
interface Place {
  readonly deployment: Deployment;
  readonly environments: readonly Environment[];
}

/** Checks the account of each forge's token, whether it may write, and what the token allows. */
export async function checkLogins(
  { login }: Pick<Examiner, 'login'>,
  { environments }: Environments,
  now: Date,
): Promise<readonly Finding[]> {
  const deployments = Map.groupBy(environments, ({ deployment }) => JSON.stringify(deployment));
  const places = [...deployments.values()].flatMap(own =>
    own.slice(0, 1).map(({ deployment }) => ({ deployment, environments: own })),
  );
  const checked = await Promise.all(places.map(place => checkLogin(login, place, now)));
  const found = new Map(checked.flat().map(finding => [`${finding.subject} ${finding.message}`, finding]));
  return [...found.values()];
}

async function checkLogin(login: Examiner['login'], place: Place, now: Date): Promise<readonly Finding[]> {
  const name = place.environments.map(environment => environment.name).join(', ');
  return await orUnchecked(name, 'what the token of its forge may do', async () => {
    const opened = await login(place.deployment);
    if (opened === undefined) return [];
    const who = await orUnchecked(name, 'whom the token of its forge acts as', () => checkAccount(opened));
    const { repository } = opened;
    const rights = await orUnchecked(name, 'what the token of its forge may do', async () =>
      (await opened.tokenRights(useOf(place, now))).map(right => findingOf(repository, right)),
    );
    return [...who, ...rights];
  });
}

async function checkAccount({ repository, viewer, mayWrite }: ForgeLogin): Promise<readonly Finding[]> {
  const person = await viewer();
  if (APP.test(person.name)) return [ok(repository, `the token acts as ${person.name}`)];
  if (await mayWrite(person)) return [ok(repository, `the token acts as ${person.name}, who may write`)];
  const message = `the token acts as ${person.name}, who may not write to ${repository}`;
  const hint = `let ${person.name} write there, or use another token`;
  return [{ severity: 'error', subject: repository, message, hint }];
}

function useOf({ environments }: Place, now: Date): TokenUse {
  return {
    pullRequests: environments.some(({ commit }) => commit === 'pull-request'),
    teams: environments.some(({ gates, rollback }) =>
      [gates.approval, rollback?.approval, gates.freeze?.override?.approval].some(
        approval => (approval?.teams.length ?? 0) > 0,
      ),
    ),
    deployments: environments.some(({ recordsDeployments }) => recordsDeployments !== undefined),
    now,
  };
}

function findingOf(subject: string, { verdict, text, hint }: TokenRight): Finding {
  if (verdict === 'ok') return ok(subject, text);
  return verdict === 'unknown'
    ? unchecked(subject, text, hint)
    : { severity: verdict, subject, message: text, hint };
}

/** A refused token was reported with its environments. Some valid tokens may not ask for their account. */
async function orUnchecked(
  subject: string,
  what: string,
  ask: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
    return [unchecked(subject, `${what}: ${error.message}`, error.hint)];
  }
}
