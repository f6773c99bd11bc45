import { readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
// What copies files and streams logs is left out.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { ApiException, CoreV1Api } from '@kubernetes/client-node/dist/gen/index.js';
import { PromiseMiddlewareWrapper } from '@kubernetes/client-node/dist/gen/middleware.js';
import { PromoteError, reasonOf, rethrowDefect } from '../../errors.ts';
import { type Child, childEnvironment } from '../../secrets/child-environment.ts';

/** A cluster that a kubeconfig names. */
export interface ClusterPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Absent: what `KUBECONFIG` names, the file in the home directory, or the service account of this pod. */
  readonly file?: string | undefined;
  /** Absent: the kubeconfig's own. */
  readonly context?: string | undefined;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly signal: AbortSignal;
}

/** Pods a page, as kubectl asks for them. */
const PAGE = 500;

/** Milliseconds that the cluster has for a page. */
const LONGEST_WAIT = 30_000;

const CHILD: Child = 'credential-helper';

/**
 * Lists the pods of a cluster, as `kubectl get pods -o json` prints them; it reads, and changes nothing. Throws
 * `CONFIGURATION`, `UNAUTHORIZED`, `FORBIDDEN` or `UNREACHABLE`.
 */
export async function listClusterPods(
  place: ClusterPlace,
): Promise<{ readonly text: string; readonly name: string }> {
  const config = await configOf(place);
  const name = `the cluster of the context ${JSON.stringify(config.getCurrentContext())}`;
  const api = openApi(config, name);
  const items = [];
  for (const namespace of place.namespaces.length === 0 ? [undefined] : new Set(place.namespaces)) {
    let from: string | undefined;
    do {
      const page = await asked(place, name, namespace, async options => {
        const range = { limit: PAGE, ...(from ? { _continue: from } : {}) };
        return namespace === undefined
          ? await api.listPodForAllNamespaces(range, options)
          : await api.listNamespacedPod({ namespace, ...range }, options);
      });
      items.push(...page.items);
      from = page.metadata?._continue;
    } while (from);
  }
  return { text: JSON.stringify({ kind: 'PodList', items }), name };
}

async function configOf({ env, cwd, file, context }: ClusterPlace): Promise<KubeConfig> {
  const config = new KubeConfig();
  const listed = env.KUBECONFIG?.split(delimiter).filter(Boolean) ?? [];
  const files = file === undefined ? listed : [file];
  const isInCluster = files.length === 0 && env.KUBERNETES_SERVICE_HOST;
  if (isInCluster) config.loadFromCluster();
  else await loadFiles(config, files.length > 0 ? files : [join(env.HOME ?? '', '.kube/config')], cwd);
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      const known = config.getContexts().map(({ name }) => name);
      throw new PromoteError('USAGE', `--context ${context}: the kubeconfig has no such context`, {
        hint: `name one of ${known.join(', ')}`,
      });
    }
    config.setCurrentContext(context);
  }
  for (const user of config.getUsers()) hideOurs(user, env);
  return config;
}

/** The first one says which context counts; the later ones add to it. */
async function loadFiles(config: KubeConfig, files: readonly string[], cwd: string): Promise<void> {
  for (const [at, file] of files.entries()) {
    const path = resolve(cwd, file);
    try {
      // Paths of keys in a file are relative to it.
      const one = at === 0 ? config : new KubeConfig();
      await readFile(path);
      one.loadFromFile(path);
      if (at > 0) config.mergeConfig(one, true);
    } catch (cause) {
      rethrowDefect(cause);
      throw new PromoteError('CONFIGURATION', `kubeconfig ${file}: ${reasonOf(cause).text}`, {
        hint: 'name another one: --kubeconfig <file>',
        cause,
      });
    }
  }
}

/** A program that logs in gets none of our keys and logins: a variable that it is given here replaces ours. */
function hideOurs(user: { readonly exec?: unknown }, env: ClusterPlace['env']): void {
  const { exec } = user;
  if (typeof exec !== 'object' || exec === null) return;
  const seen = childEnvironment(env, CHILD);
  const hidden = Object.keys(env).filter(name => !(name in seen));
  const own = 'env' in exec && Array.isArray(exec.env) ? exec.env : [];
  Object.assign(exec, { env: [...hidden.map(name => ({ name, value: '' })), ...own] });
}

function openApi(config: KubeConfig, name: string): CoreV1Api {
  if (config.getCurrentCluster() !== null) return config.makeApiClient(CoreV1Api);
  throw new PromoteError('CONFIGURATION', `kubeconfig: ${name} is not in it`, {
    hint: 'name a context: --context <name>',
  });
}

type Options = Parameters<CoreV1Api['listPodForAllNamespaces']>[1];

async function asked<T>(
  { signal }: ClusterPlace,
  name: string,
  namespace: string | undefined,
  ask: (options: Options) => Promise<T>,
): Promise<T> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT)]);
  const where = namespace === undefined ? name : `${name}, namespace ${namespace}`;
  try {
    const ended = new PromiseMiddlewareWrapper({
      pre: async context => {
        context.setSignal(until);
        return context;
      },
      post: async response => response,
    });
    return await ask({ middleware: [ended], middlewareMergeStrategy: 'append' });
  } catch (cause) {
    rethrowDefect(cause);
    if (signal.aborted) throw signal.reason;
    throw failureOf(cause, `list the pods of ${where}`, namespace);
  }
}

/** The library's own message would hold headers and body. */
function failureOf(cause: unknown, doing: string, namespace: string | undefined): PromoteError {
  const scope = namespace === undefined ? '--all-namespaces' : `--namespace ${namespace}`;
  if (!(cause instanceof ApiException))
    return new PromoteError('UNREACHABLE', `${doing}: ${reasonOf(cause).text}`, {
      hint: `see whether kubectl reaches it: kubectl get pods ${scope}`,
    });
  if (cause.code === 401)
    return new PromoteError('UNAUTHORIZED', `${doing}: the login is not accepted`, {
      hint: `log in anew, and see whether kubectl may: kubectl get pods ${scope}`,
    });
  if (cause.code === 403)
    return new PromoteError('FORBIDDEN', `${doing}: the login may not list them`, {
      hint: `allow it the verb list on pods, and try: kubectl auth can-i list pods ${scope}`,
    });
  return new PromoteError('UNREACHABLE', `${doing}: the cluster answers with ${cause.code}`, {
    hint: cause.code === 410 ? 'the list changed meanwhile: run it again' : `try kubectl get pods ${scope}`,
  });
}
