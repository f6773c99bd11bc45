import { readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
// The package's main module would also load code to copy files and stream logs.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { ApiException, CoreV1Api } from '@kubernetes/client-node/dist/gen/index.js';
import { PromiseMiddlewareWrapper } from '@kubernetes/client-node/dist/gen/middleware.js';
import { PromoteError, reasonOf, rethrowDefect } from '../../errors.ts';
import { type Child, childEnvironment } from '../../secrets/child-environment.ts';

/** A cluster that a kubeconfig names. */
export interface ClusterPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The kubeconfig; absent: `KUBECONFIG`, the file in the home directory, or this pod's service account. */
  readonly file?: string | undefined;
  /** The context; absent: the kubeconfig's current one. */
  readonly context?: string | undefined;
  /** The namespaces; empty: all. */
  readonly namespaces: readonly string[];
  readonly signal: AbortSignal;
}

/** Pods in one page, as kubectl requests them. */
const PAGE = 500;

/** The most milliseconds that the cluster may take for a page. */
const LONGEST_WAIT = 30_000;

const CHILD: Child = 'credential-helper';

/**
 * Lists the pods of a cluster, in the format of `kubectl get pods -o json`; changes nothing. Throws
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

/** Loads the kubeconfig files. The first one decides the context; later ones add to it. */
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

/** Hides our keys and logins from login programs: their variables get empty values. */
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

/** The error without the library's message, which contains headers and body. */
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
