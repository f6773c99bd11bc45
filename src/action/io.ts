import process from 'node:process';
import { getInput, setSecret } from '@actions/core';
import { guarded } from '../cli/guarded.ts';
import type { Io, Sink } from '../cli/io.ts';
import { PromoteError } from '../errors.ts';
import { containsPrivateKey } from '../secrets/redact.ts';
import { eventDefaultBranch } from './default-branch.ts';
import { stepSecrets } from './runner.ts';

/**
 * Variables that logs must not show. An App's id is no secret: masked, it would void outputs with its digits.
 */
const SECRETS = [
  'PROMOTE_GITHUB_TOKEN',
  'PROMOTE_GITHUB_APP_KEY',
  'PROMOTE_GIT_TOKEN',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'COSIGN_PRIVATE_KEY',
  'COSIGN_PASSWORD',
];

/** The process of a step as actions see it. */
export interface ActionIo extends Io {
  /** Shows a text on the run's page, whether the step succeeds or not. */
  readonly notice: (text: string) => void;
  /** The masked values: an output that contains one of them does not reach other jobs. */
  readonly masked: readonly string[];
}

/** Builds it with credentials from the step's inputs, masked secrets and one log. */
export function actionIo(signal: AbortSignal, notice: ActionIo['notice']): ActionIo {
  assertNoKey();
  const env: Io['env'] = {
    ...inherited(),
    ...credentials(),
    PROMOTE_GITHUB_DEFAULT_BRANCH: eventDefaultBranch(process.env),
  };
  const secrets = SECRETS.flatMap(name => env[name] || []);
  for (const secret of secrets) setSecret(secret);
  // One stream, so that the log keeps its order.
  const log: Sink = { write: text => process.stdout.write(text) };
  const masked = secrets.flatMap(secret => secret.split(/\r?\n/)).filter(line => line.trim() !== '');
  const io = guarded({ cwd: process.cwd(), env, stdout: log, stderr: log, signal, secrets: stepSecrets });
  return { ...io, notice, masked };
}

/** Throws `USAGE` for a private key as an input, except for the App's. */
function assertNoKey(): void {
  const found = Object.entries(process.env).find(
    ([name, value = '']) =>
      name.startsWith('INPUT_') && name !== 'INPUT_APP-KEY' && containsPrivateKey(value),
  );
  if (found === undefined) return;
  const input = found[0].slice('INPUT_'.length).toLowerCase();
  throw new PromoteError('USAGE', `inputs: ${input} is a private key itself`, {
    hint: 'put it into the variable COSIGN_PRIVATE_KEY of the step, and key: env://COSIGN_PRIVATE_KEY into the environments file',
  });
}

/** The variables without the inputs, which hold secrets that child processes do not need. */
function inherited(): Io['env'] {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INPUT_')));
}

/**
 * The login: an App's, else the token. The default token is the job's own, and only its server receives it.
 */
function credentials(): Io['env'] {
  const [id, key, token] = [getInput('app-id'), getInput('app-key'), getInput('token')];
  if ((id === '') !== (key === '')) {
    throw new PromoteError(
      'USAGE',
      `inputs: ${id === '' ? 'app-key without app-id' : 'app-id without app-key'}`,
      {
        hint: 'give both, or a token',
      },
    );
  }
  if (id === '' && token === '') {
    throw new PromoteError('USAGE', 'inputs: token is empty', {
      hint: "the secret that it is set from is not there, as in runs of forks and of Dependabot. Set it, leave the input out for the job's own token, or give app-id and app-key",
    });
  }
  if (id === '') return { GITHUB_TOKEN: token };
  return { PROMOTE_GITHUB_APP_ID: id, PROMOTE_GITHUB_APP_KEY: key };
}
