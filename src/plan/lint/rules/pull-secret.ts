import { registryOf } from '../../../oci/reference.ts';
import type { Account, Pod } from '../pods.ts';
import type { LintRule } from '../rule.ts';

/**
 * A pod without a login for a registry that other pods of the environment log in to. If none does, the nodes
 * may have a login of their own, so nothing is reported.
 * https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
 */
export const pullSecret: LintRule = {
  name: 'pull-secret',
  severity: 'warning',
  description: 'A pod has no imagePullSecrets for a registry that other pods of the environment log in to.',
  find: ({ pods, accounts }) => {
    const isLoggedIn = (pod: Pod) => pod.hasSecrets || accounts.some(account => serves(account, pod));
    const hostsOf = ({ repositories }: Pod) => repositories.map(({ name }) => registryOf(name));
    const secret = new Set(pods.filter(isLoggedIn).flatMap(hostsOf));
    return pods.flatMap(pod => {
      const found = pod.repositories.find(({ name }) => secret.has(registryOf(name)));
      if (found === undefined || isLoggedIn(pod)) return [];
      const host = registryOf(found.name);
      return [
        {
          place: found.place,
          message: `neither the pod nor its service account ${pod.account} has imagePullSecrets, and other pods log in to ${host}`,
          hint: `add imagePullSecrets to the pod or to the service account ${pod.account}`,
        },
      ];
    });
  },
};

/** Whether the account serves the pod. If one of them names no namespace, something else sets it. */
function serves(account: Account, pod: Pod): boolean {
  const isSame = account.namespace === pod.namespace || account.namespace === '' || pod.namespace === '';
  return account.hasSecrets && account.name === pod.account && isSame;
}
