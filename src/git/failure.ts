import { type ErrorCode, PromoteError } from '../errors.ts';
import { pushRuleHint, UNKNOWN_RULE } from './push-rules.ts';
import { remoteText } from './remote-text.ts';

/** The operation that failed: the meaning of a server's words depends on it. */
export type GitAction = 'read' | 'push';

/** Finds the kind of failure in what Git printed; `doing` is the operation and its subject. */
export function gitFailure(
  doing: string,
  printed: string,
  secrets: readonly string[],
  action: GitAction = 'read',
): PromoteError {
  const text = remoteText(printed, secrets);
  const known =
    refusedByRule(printed, action) ??
    KNOWN.find(({ pattern, of }) => (of === undefined || of === action) && pattern.test(printed));
  return new PromoteError(known?.code ?? 'GIT', `${doing}: ${text || 'git failed without a message'}`, {
    hint: known?.hint,
  });
}

/** A push that a rule or a hook of the server refused; `undefined` for any other failure. */
function refusedByRule(printed: string, action: GitAction): Omit<KnownFailure, 'pattern'> | undefined {
  if (action !== 'push' || !/\[remote rejected\]/.test(printed)) return undefined;
  const hint = pushRuleHint(printed);
  return hint === undefined ? undefined : { code: 'FORBIDDEN', hint };
}

/** The error for a history that is cut in a shallow checkout without a remote. */
export function historyCut(commit: string): PromoteError {
  return new PromoteError('GIT', `history: it is cut at ${commit}, in a shallow checkout without a remote`, {
    hint: 'fetch the whole history (actions/checkout: fetch-depth: 0)',
  });
}

interface KnownFailure {
  readonly pattern: RegExp;
  /** The only operation that this failure applies to; absent: any. */
  readonly of?: GitAction;
  readonly code: ErrorCode;
  readonly hint: string;
}

// The first match counts: Git prints "unable to access" for an HTTP status and for a network error.
const KNOWN: readonly KnownFailure[] = [
  {
    pattern: /dubious ownership/,
    code: 'GIT',
    hint: 'if you trust the repository, run `git config --global --add safe.directory <its directory>`',
  },
  {
    pattern: /\.lock': File exists/,
    code: 'GIT',
    hint: 'if no other Git process runs in the repository, remove that lock file and run again',
  },
  {
    // Words of a server's hook or disk begin with "remote:".
    pattern: /^(?!remote:).*(?:No space left on device|Disk quota exceeded)/m,
    code: 'SYSTEM',
    hint: 'make room there and run again: what is done is not done twice',
  },
  {
    pattern:
      /^(?!remote:).*(?:Read-only file system|insufficient permission for adding an object|: Permission denied$|: Operation not permitted$)/m,
    code: 'SYSTEM',
    hint: 'let the user that runs promote write there, or name another directory',
  },
  {
    pattern:
      /Authentication failed|could not read (Username|Password)|Permission denied \(|error: 401|HTTP 401/,
    code: 'UNAUTHORIZED',
    hint: 'give a token or key that may read and push to the repository',
  },
  {
    pattern: /without `?workflows?`? (permission|scope)/i,
    of: 'push',
    code: 'FORBIDDEN',
    hint: 'workflow files need a token with the permission workflows: write, or the scope workflow',
  },
  {
    pattern:
      /protected branch|GH006|GH013|error: 403|HTTP 403|Permission to \S+ denied|not allowed to (force )?push/i,
    of: 'push',
    code: 'FORBIDDEN',
    hint: "let the token's owner push to that branch, or have the environment commit by pull request",
  },
  {
    pattern: /\[remote rejected\] .*\(.*(declined|denied|prohibited|not allowed|non-fast-forward)/i,
    of: 'push',
    code: 'FORBIDDEN',
    hint: UNKNOWN_RULE,
  },
  {
    pattern: /error: 403|HTTP 403|Permission to \S+ denied/i,
    of: 'read',
    code: 'FORBIDDEN',
    hint: 'let the token read the repository',
  },
  {
    pattern:
      /repository .*not found|does not appear to be a git repository|not a git repository|(error:|HTTP) 404/i,
    code: 'NOT_FOUND',
    hint: 'check the address, and that the token may see the repository',
  },
  {
    pattern: /not our ref/,
    code: 'NOT_FOUND',
    hint: 'the remote no longer has that object: run again, so that the branch is looked at anew',
  },
  {
    pattern: /SSL certificate problem|server certificate verification failed/,
    code: 'UNREACHABLE',
    hint: 'name the file of your certificate authority in GIT_SSL_CAINFO',
  },
  {
    pattern:
      /Could not resolve host|unable to access|Connection (refused|reset|timed out)|early EOF|hung up unexpectedly|RPC failed|Could not read from remote|fetch failed|HTTP 5\d\d/i,
    code: 'UNREACHABLE',
    hint: 'check the network, the proxy and the address, and run again',
  },
];
