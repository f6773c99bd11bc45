import { fillTemplate, type Release } from '../fill-template.ts';
import templates from './ci-templates.json' with { type: 'json' };

/** A CI that there is a file for. */
export type CiKind = 'github' | 'gitlab';

/** The facts that a CI file is made from. */
export interface CiPlace {
  readonly kind: CiKind;
  /** Environments in the order that images pass them. */
  readonly environments: readonly string[];
  /** Hosts of the registries that are pushed to. */
  readonly hosts: readonly string[];
  readonly release: Release;
  /** Whether promotions are signed with the key of `COSIGN_PRIVATE_KEY`. */
  readonly signs: boolean;
}

/** A file for a CI, and what has to be set there by hand, a sentence each. */
export interface CiFile {
  readonly text: string;
  readonly notes: readonly string[];
}

/** Where a CI's file goes; on GitLab the second place is for a project that has a pipeline. */
export const CI_PATHS: Readonly<Record<CiKind, readonly string[]>> = {
  github: ['.github/workflows/promote.yml'],
  gitlab: ['.gitlab-ci.yml', '.gitlab/promote.yml'],
};

/** The file that promotes in a CI on its schedule, with nothing left to fill in. */
export function ciFile(place: CiPlace): CiFile {
  return place.kind === 'github' ? githubFile(place) : gitlabFile(place);
}

function githubFile({ environments, hosts, release, signs }: CiPlace): CiFile {
  const logins = hosts.map(loginStep);
  const text = fillTemplate('templates/github/sweep.yml', templates.github, release)
    .replace(/^# Copy to .*\n/m, '')
    .replace(/^( {8}environment: )\[.*\]$/m, `$1[${environments.join(', ')}]`)
    .replace(LOGIN, logins.map(({ step }) => step).join(''));
  const notes = logins.flatMap(({ note }) => note ?? []);
  if (!signs) return { text, notes };
  const signing =
    'set the secret COSIGN_PRIVATE_KEY, and COSIGN_PASSWORD where the key has one, for GitHub Actions';
  return { text: text.replace(COMMENTED_KEY, KEY), notes: [...notes, signing] };
}

/** The step of the template that logs in to GitHub's registry, with its comment. */
const LOGIN = /^ {6}# The job's token reaches packages[\s\S]*?--password-stdin\n/m;
const COMMENTED_KEY =
  /^ {8}# env: # signing with a key.*\n {8}# ( {2}COSIGN_PRIVATE_KEY: .*\n) {8}# ( {2}COSIGN_PASSWORD: .*\n)/m;
const KEY = '        env:\n        $1        $2';

/** Registries of clouds, whose logins last minutes and come from the cloud's own action. */
const CLOUD = /(?:\.amazonaws\.com(?:\.cn)?|\.pkg\.dev|(?:^|\.)gcr\.io|\.azurecr\.io)$/;

function loginStep(host: string): { readonly step: string; readonly note?: string | undefined } {
  if (host === 'ghcr.io') return { step: LOGIN.exec(templates.github)?.[0] ?? '' };
  if (CLOUD.test(host)) {
    const note = `give the workflow a login to ${host} by your cloud's own action, before the step of promote`;
    return { step: `      # Before this: ${note.slice(5)}.\n`, note };
  }
  const name = `${host.replaceAll(/[^a-z0-9]+/gi, '_').toUpperCase()}`;
  const [user, password] = [`${name}_USER`, `${name}_PASSWORD`];
  return {
    step: `      - env:
          USERNAME: \${{ secrets.${user} }}
          PASSWORD: \${{ secrets.${password} }}
        run: echo "$PASSWORD" | docker login ${host} --username "$USERNAME" --password-stdin
`,
    note: `set the secrets ${user} and ${password} for GitHub Actions: a login that may push to ${host}`,
  };
}

/** The component for a whole chain as jobs of the project itself, which needs no catalogue of components. */
function gitlabFile({ hosts, release, signs }: CiPlace): CiFile {
  const filled = fillTemplate('templates/pipeline.yml', templates.gitlab, release);
  const [header = '', body = ''] = filled.split(/^---\n/m);
  const defaults = new Map(
    [...header.matchAll(/^ {4}([\w-]+):\n(?: {6}.*\n)*? {6}default: (.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value.replaceAll(/^"|"$/g, '')],
    ),
  );
  const jobs = body.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name) => {
    const value = defaults.get(name);
    if (value === undefined) throw new Error(`the input ${name} has no default`);
    return value === '' ? '""' : value;
  });
  const others = hosts.filter(host => host !== 'registry.gitlab.com');
  return {
    text: `${ABOUT_GITLAB}${jobs}`,
    notes: [
      'set the CI/CD variable PROMOTE_GITLAB_TOKEN: a project access token with scope api and role Developer',
      ...(others.length === 0
        ? []
        : [`set the CI/CD variable DOCKER_AUTH_CONFIG where ${others.join(', ')} needs a login of its own`]),
      ...(signs
        ? ['set the CI/CD variable COSIGN_PRIVATE_KEY, and COSIGN_PASSWORD where the key has one, protected']
        : []),
    ],
  };
}

const ABOUT_GITLAB = `# Promotes images: a child pipeline with one job for each environment, made from environments.yaml when it runs.
# A pipeline schedule on the default branch continues what waits for people or checks.
`;
