import { execFile } from 'node:child_process';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import { childEnvironment } from '../../secrets/child-environment.ts';
import { redact } from '../../secrets/redact.ts';
import type { Credential } from './credentials-file.ts';

const NAME = /^[\w.-]+$/;
const LONGEST_WAIT = 30_000;
const MOST_OUTPUT = 1024 * 1024;
/** The most characters of a program's output in a message. */
const MOST_WORDS = 300;
const NOT_FOUND = /credentials not found|no credentials|not logged in/i;

/** A program to ask for a registry's credential. */
export interface HelperQuery {
  readonly name: string;
  readonly registry: string;
  /** Whether a missing program is an error. */
  readonly isRequired: boolean;
  /** The program's environment, its PATH included. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Asks `docker-credential-<name> get` for a registry's credential; `undefined` where the program has none.
 * Throws `CONFIGURATION` with the program's output if it fails, because programs print their errors there.
 * https://github.com/docker/docker-credential-helpers#credential-helper-programs
 */
export async function askHelper({
  name,
  registry,
  isRequired,
  variables,
}: HelperQuery): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`;
  if (!NAME.test(name)) {
    throw new PromoteError('CONFIGURATION', `not a credential helper's name: ${JSON.stringify(name)}`);
  }
  const outcome = await run(program, registry, variables);
  if (outcome.kind === 'missing') {
    if (!isRequired) return undefined;
    throw failed(program, registry, 'it is not on the PATH');
  }
  if (outcome.kind === 'failed') {
    if (NOT_FOUND.test(outcome.output)) return undefined;
    throw failed(program, registry, withWords(outcome.reason, outcome.output));
  }
  const credential = parse(outcome.output);
  if (credential === undefined) throw failed(program, registry, 'it did not answer with Username and Secret');
  return credential.kind === 'basic' && credential.username === '' && credential.password === ''
    ? undefined
    : credential;
}

type Outcome =
  | { readonly kind: 'missing' }
  | { readonly kind: 'answered'; readonly output: string }
  | { readonly kind: 'failed'; readonly output: string; readonly reason: string };

function run(program: string, input: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise(resolve => {
    const options = {
      env: { ...childEnvironment(env, 'credential-helper') },
      timeout: LONGEST_WAIT,
      maxBuffer: MOST_OUTPUT,
    };
    const child = execFile(program, ['get'], options, (error, output, complaint) => {
      if (error === null) resolve({ kind: 'answered', output });
      else if (error.code === 'ENOENT') resolve({ kind: 'missing' });
      else resolve({ kind: 'failed', output: `${output}${complaint}`, reason: reasonOf(error) });
    });
    // If a program ends without reading its input, its exit code tells why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function reasonOf(error: Error & { readonly code?: unknown; readonly killed?: unknown }): string {
  return error.killed === true ? `no answer in ${LONGEST_WAIT / 1000} s` : `exit code ${String(error.code)}`;
}

/** Adds the program's output without secrets. An answer with a secret is left out, even after a failure. */
function withWords(reason: string, output: string): string {
  const words = /secret/i.test(output) ? '' : redact(output.replaceAll(/\s+/g, ' ').trim());
  return words === '' ? reason : `${reason}: ${words.slice(0, MOST_WORDS)}`;
}

function parse(output: string): Credential | undefined {
  try {
    const { Username, Secret }: { Username?: unknown; Secret?: unknown } = JSON.parse(output);
    if (typeof Username !== 'string' || typeof Secret !== 'string') return undefined;
    if (Username === '<token>') return { kind: 'identity-token', token: Secret };
    return { kind: 'basic', username: Username, password: Secret };
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

function failed(program: string, registry: string, reason: string): PromoteError {
  return new PromoteError('CONFIGURATION', `${program} get for ${registry}: ${reason}`, {
    hint: `install the program, or take it out of Docker's configuration (credHelpers, credsStore)`,
  });
}
