import { childEnvironment } from '../../secrets/child-environment.ts';

/** Environment variables as values; `undefined` ones are not passed on. */
export type GitEnvironment = Readonly<Record<string, string | undefined>>;

/** A configuration value for one run of Git; no command line shows these values. */
export type GitSetting = readonly [key: string, value: string];

/**
 * The caller's environment for Git. Variables that redirect Git, prompt, translate messages or trace secrets
 * are removed, and so are secrets that Git does not need.
 */
export function gitEnvironment(env: GitEnvironment): GitEnvironment {
  const kept = Object.entries(childEnvironment(env, 'git')).filter(
    ([name]) => !LOCAL.has(name) && !name.startsWith('GIT_TRACE'),
  );
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
  };
}

/** Adds settings after the existing ones, as https://git-scm.com/docs/git-config#ENVIRONMENT describes. */
export function withSettings(env: GitEnvironment, settings: readonly GitSetting[]): GitEnvironment {
  const first = Number(env.GIT_CONFIG_COUNT ?? 0);
  const added = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${first + index}`, key],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ]);
  return { ...env, ...Object.fromEntries(added), GIT_CONFIG_COUNT: String(first + settings.length) };
}

// The list of `git rev-parse --local-env-vars`, without the configuration: Git sets these for hooks.
const LOCAL: ReadonlySet<string> = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_OBJECT_DIRECTORY',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_GRAFT_FILE',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_COMMON_DIR',
]);
