import type { Digest } from '../oci/digest.ts';
import type { CertificateBuild } from '../signing/certificate-names.ts';
import type { Refusal } from '../signing/refusal.ts';
import { matchesName, type NameMatch } from '../signing/trusted-signer.ts';
import type { ProvenanceClaims } from './provenance.ts';

/** The requirements for a build. */
export interface ProvenanceRule {
  readonly builder: NameMatch;
  readonly source?: NameMatch | undefined;
  readonly ref?: NameMatch | undefined;
  readonly workflow?: NameMatch | undefined;
  readonly buildType?: NameMatch | undefined;
  readonly trigger?: NameMatch | undefined;
  /** By path; `*` applies to every other parameter. Without `*` no other parameter is allowed. */
  readonly parameters?: Readonly<Record<string, NameMatch>> | undefined;
  /** Whether each platform's manifest needs provenance, instead of the index. */
  readonly platforms?: boolean | undefined;
}

/**
 * Why signed provenance does not match the required build. A refusal with `certificate` is about the signer's
 * certificate. The authority wrote its content, which no build can choose.
 */
export type BuildRefusal =
  | 'other-builder'
  | 'other-build-type'
  | 'other-source'
  | 'other-ref'
  | 'other-workflow'
  | 'other-parameter'
  | 'unknown-parameter'
  | 'other-trigger'
  | 'pull-request'
  | 'certificate-without-source'
  | 'certificate-other-source'
  | 'certificate-other-ref'
  | 'certificate-other-workflow';

/** Why no provenance counts. */
type ProvenanceRefusal = Refusal | BuildRefusal | 'no-provenance' | 'not-provenance' | 'unsigned';

/** The provenance that counts, or why none does. */
export type ProvenanceJudgement =
  | { readonly kind: 'built'; readonly by: string; readonly manifest?: Digest | undefined }
  | { readonly kind: 'refused'; readonly code: ProvenanceRefusal; readonly detail: string };

/** The first claim that breaks the rule; `undefined`: none does. */
export function buildRefusal(
  rule: ProvenanceRule,
  claims: ProvenanceClaims,
  certificate: CertificateBuild | undefined,
): { readonly code: BuildRefusal; readonly detail: string } | undefined {
  const { trigger, sourceRef = claims.ref } = certificate ?? {};
  const differs = (match: NameMatch | undefined, name: string | undefined) =>
    match !== undefined && !matchesName(match, name);
  const checks: readonly (readonly [BuildRefusal, boolean, string | undefined])[] = [
    ['other-builder', differs(rule.builder, claims.builder), claims.builder],
    ['other-build-type', differs(rule.buildType, claims.buildType), claims.buildType],
    ['other-source', differs(rule.source, claims.source), claims.source],
    ['other-ref', differs(rule.ref, claims.ref), claims.ref],
    ['other-workflow', differs(rule.workflow, claims.workflow), claims.workflow],
    ...parameterChecks(rule, claims),
    ...(certificate === undefined ? [] : certificateChecks(rule, claims, certificate, differs)),
    ['other-trigger', differs(rule.trigger, trigger), trigger],
    [
      'pull-request',
      rule.trigger === undefined &&
        (isPullRequestRef(sourceRef) ? rule.ref === undefined : isPullRequestTrigger(trigger)),
      trigger ?? sourceRef,
    ],
  ];
  const found = checks.find(([, isWrong]) => isWrong);
  return found && { code: found[0], detail: found[2] ?? 'it names none' };
}

/** A parameter can change what is built, so a parameter without a rule is refused too. */
function parameterChecks(
  { parameters: wanted }: ProvenanceRule,
  { parameters = {} }: ProvenanceClaims,
): readonly (readonly [BuildRefusal, boolean, string | undefined])[] {
  if (wanted === undefined) return [];
  const { '*': others, ...named } = wanted;
  const shown = (name: string) =>
    `${name} ${name in parameters ? JSON.stringify(parameters[name]) : 'is absent'}`;
  const rest = Object.keys(parameters).filter(name => !Object.hasOwn(named, name));
  return [
    ...Object.entries(named).map(
      ([name, match]) => ['other-parameter', !matchesName(match, parameters[name]), shown(name)] as const,
    ),
    ...rest.map(
      name =>
        [
          others === undefined ? 'unknown-parameter' : 'other-parameter',
          others === undefined || !matchesName(others, parameters[name]),
          shown(name),
        ] as const,
    ),
  ];
}

function certificateChecks(
  { source, ref, workflow }: ProvenanceRule,
  claims: ProvenanceClaims,
  { sourceRepository, sourceRef, buildConfig }: CertificateBuild,
  differs: (match: NameMatch | undefined, name: string | undefined) => boolean,
): readonly (readonly [BuildRefusal, boolean, string | undefined])[] {
  const isBound = source !== undefined || ref !== undefined;
  // A ref may contain an `@`, after text that looks like a path.
  const isOther = buildConfig !== undefined && !buildConfig.split('@')[0]?.endsWith(`/${claims.workflow}`);
  return [
    ['certificate-without-source', isBound && sourceRepository === undefined, sourceRepository],
    ['certificate-other-source', differs(source, sourceRepository), sourceRepository],
    ['certificate-other-ref', differs(ref, sourceRef), sourceRef],
    ['certificate-other-workflow', workflow !== undefined && isOther, buildConfig],
  ];
}

function isPullRequestRef(ref = ''): boolean {
  return /^refs\/(?:pull|merge-requests)\//.test(ref);
}

/**
 * Whether a pull request, perhaps from a fork, started the build, by GitHub's and GitLab's names. The ref may
 * still be a branch: the target's for `pull_request_target`, the source's for a merge request.
 * https://docs.gitlab.com/ci/jobs/job_rules/#ci_pipeline_source-predefined-variable
 */
function isPullRequestTrigger(trigger = ''): boolean {
  return /^(?:pull_request|merge_request|external_pull_request)/.test(trigger);
}
