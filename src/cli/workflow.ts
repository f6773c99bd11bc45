import { environmentNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { parseReference } from '../oci/reference.ts';
import { MOST_SHARDS } from '../plan/shards.ts';
import { argoWorkflow } from '../reports/workflow/argo.ts';
import { kubernetesWorkflow } from '../reports/workflow/kubernetes.ts';
import type { WorkflowSettings } from '../reports/workflow/pod.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { withoutLogin } from './without-login.ts';

/** The options of `promote workflow`. */
interface WorkflowOptions {
  readonly file: string;
  readonly engine: 'kubernetes' | 'argo';
  readonly container: string;
  readonly shards: number;
  readonly plan?: string | undefined;
  readonly planClaim?: string | undefined;
}

const ENGINES = { kubernetes: kubernetesWorkflow, argo: argoWorkflow };
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** `promote workflow <environment>` */
export async function workflow(io: Io, name: string, options: WorkflowOptions): Promise<number> {
  const settings = settingsOf(name, options);
  return await withEffects(io, options.file, async (_, environments) => {
    environmentNamed(environments, name);
    io.stdout.write(ENGINES[options.engine](settings));
    return EXIT.done;
  });
}

function settingsOf(environment: string, options: WorkflowOptions): WorkflowSettings {
  const { file, container, shards, plan = `promote-plan-${environment}`, planClaim } = options;
  const hint = '--file https://forge.example/acme/gitops//environments.yaml@main';
  if (!/[^:/]\/\/[^/]/.test(file))
    throw usage('--file: a pod has no checkout: name the repository, the path and the branch', hint);
  // Kubernetes and Argo would expand such text.
  if (/\$\(|\{\{/.test(file) || file !== withoutLogin(file))
    throw usage('--file: it holds a login, or what a cluster fills in', hint);
  if (parseReference(container).digest === undefined)
    throw usage('--container: an image is named by its digest', '--container <image>@sha256:…');
  if (shards > MOST_SHARDS) throw usage(`--shards: at most ${MOST_SHARDS}`, '--shards 8');
  const chosen = planClaim ?? plan;
  if (!NAME.test(chosen)) throw usage(`${chosen}: not a name of Kubernetes`, '--plan promote-plan');
  const kind = planClaim === undefined ? 'config-map' : 'claim';
  return { environment, file, container, shards, plan: { kind, name: chosen } };
}

function usage(message: string, hint: string): PromoteError {
  return new PromoteError('USAGE', `workflow: ${message}`, { hint });
}
