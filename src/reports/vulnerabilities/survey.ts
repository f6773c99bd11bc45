import type { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Base } from '../../plan/snapshot.ts';
import type { Cure } from '../../vulnerabilities/cure.ts';
import type { Exception, JudgedFinding } from '../../vulnerabilities/judge.ts';

/** A vulnerability in a pinned image. */
export interface SurveyedFinding extends JudgedFinding {
  /** When the pinned image was first known to have it; absent if history or reports do not show it. */
  readonly since?: Date | undefined;
}

/** A pinned image with the findings of today's reports. */
export interface SurveyedImage {
  readonly image: string;
  readonly digest: Digest;
  readonly tag?: string | undefined;
  readonly places: readonly { readonly file: string; readonly line: number }[];
  /** When it was pinned. */
  readonly since?: Date | undefined;
  /** `unscanned`: no report that counts covers some part of it. `unread`: it could not be checked. */
  readonly state: 'scanned' | 'unscanned' | 'unread';
  /** Why something about it is not known. */
  readonly gaps: readonly string[];
  readonly scanners: readonly { readonly scanner: string; readonly time?: Date | undefined }[];
  /** Exploited vulnerabilities first, then by severity, the most severe first. */
  readonly findings: readonly SurveyedFinding[];
  /** Expired exceptions that would cover a finding. */
  readonly ended: readonly Exception[];
  readonly cures: readonly Cure[];
  /** Why it is not known whether a newer base exists; absent: it is known, or was not asked. */
  readonly baseUnknown?: string | undefined;
}

/** The pinned images of an environment. */
export interface SurveyedEnvironment {
  readonly name: string;
  /** The highest severity that its gate allows; absent: it has no such gate, and nothing is judged. */
  readonly max?: string | undefined;
  /** Whether a list of exploited vulnerabilities is available. */
  readonly knowsExploited: boolean;
  /** The commit that was read; absent if that failed, or nothing is judged. */
  readonly base?: Base | undefined;
  readonly images: readonly SurveyedImage[];
  /** Why the list may be incomplete. */
  readonly failures: readonly PromoteError[];
}

/** The pinned images of all environments, judged by today's reports. */
export interface Survey {
  readonly environments: readonly SurveyedEnvironment[];
}

/** The issue of a deployment repository. `left`: not changed, as a service failed. `none`: not needed. */
export interface KeptIssue {
  readonly repository: string;
  readonly outcome: 'opened' | 'updated' | 'reopened' | 'closed' | 'unchanged' | 'left' | 'none';
  readonly url?: string | undefined;
}

/** Whether everything could be read. */
export function isWhole({ environments }: Survey): boolean {
  return environments.every(({ failures }) => failures.length === 0);
}

/** Whether every pinned image was scanned, and has only vulnerabilities that its gate allows. */
export function isHealthy({ environments }: Survey): boolean {
  return environments.every(({ images }) =>
    images.every(image => image.state === 'scanned' && openOf(image).length === 0),
  );
}

/** The vulnerabilities that the gate does not allow. */
export function openOf({ findings }: SurveyedImage): readonly SurveyedFinding[] {
  return findings.filter(({ isOver }) => isOver);
}

/** The vulnerabilities that an exception or VEX covers. */
export function coveredOf({ findings }: SurveyedImage): readonly SurveyedFinding[] {
  return findings.filter(({ coveredBy }) => coveredBy !== undefined);
}

/** Orders images: first with exploited vulnerabilities, then with the most open ones, then unscanned. */
export function byUrgency(images: readonly SurveyedImage[]): readonly SurveyedImage[] {
  const weight = (image: SurveyedImage) => {
    const open = openOf(image);
    const exploited = open.filter(({ isExploited }) => isExploited).length;
    const critical = open.filter(({ rating }) => rating.severity === 'critical').length;
    return [exploited, critical, open.length, Number(image.state !== 'scanned')];
  };
  const weighed = images.map(image => ({ image, weight: weight(image) }));
  return weighed
    .toSorted((one, other) => {
      const at = one.weight.findIndex((value, index) => value !== other.weight[index]);
      if (at !== -1) return (other.weight[at] ?? 0) - (one.weight[at] ?? 0);
      return one.image.image < other.image.image ? -1 : Number(one.image.image > other.image.image);
    })
    .map(({ image }) => image);
}
