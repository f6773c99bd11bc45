import process from 'node:process';
import { getInput, setSecret } from '@actions/core';
import type { Io, Sink } from '../cli/io.ts';
import { PromoteError } from '../errors.ts';

/** Variables that must not show in a log. An App's id is no secret: masked, it would void outputs that hold its digits. */
const SECRETS = [
  'PROMOTE_GITHUB_TOKEN',
  'PROMOTE_GITHUB_APP_KEY',
  'PROMOTE_GIT_TOKEN',
  'COSIGN_PRIVATE_KEY',
  'COSIGN_PASSWORD',
];

/** The process of a step as commands see it: credentials from its inputs, secrets masked, one log. */
export function actionIo(signal: AbortSignal): Io {
  const env = { ...inherited(), ...credentials() };
  for (const name of SECRETS) {
    const value = env[name];
    if (value) setSecret(value);
  }
  // One stream, so that the log keeps its order.
  const log: Sink = { write: text => process.stdout.write(text) };
  return { cwd: process.cwd(), env, stdout: log, stderr: log, signal };
}

/** Without the inputs, which hold secrets that the programs we start have no need of. */
function inherited(): Io['env'] {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INPUT_')));
}

/** An App goes before the token, which is the job's own where no other is given. */
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
  if (id === '') return token === '' ? {} : { PROMOTE_GITHUB_TOKEN: token };
  return { PROMOTE_GITHUB_APP_ID: id, PROMOTE_GITHUB_APP_KEY: key };
}
