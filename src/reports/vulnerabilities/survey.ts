import type { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Base } from '../../plan/snapshot.ts';
import type { Cure } from '../../vulnerabilities/cure.ts';
import type { Exception, JudgedFinding } from '../../vulnerabilities/judge.ts';

/** A vulnerability in what runs. */
export interface SurveyedFinding extends JudgedFinding {
  /** Since when the pinned image is known to have it; absent where history or report do not say. */
  readonly since?: Date | undefined;
}

/** A pinned image, and what today's reports say of it. */
export interface SurveyedImage {
  readonly image: string;
  readonly digest: Digest;
  readonly tag?: string | undefined;
  readonly places: readonly { readonly file: string; readonly line: number }[];
  /** When it was pinned. */
  readonly since?: Date | undefined;
  /** `unscanned`: some of it is not shown by any report that counts. `unread`: nobody could look. */
  readonly state: 'scanned' | 'unscanned' | 'unread';
  /** Why it is not all known. */
  readonly gaps: readonly string[];
  readonly scanners: readonly { readonly scanner: string; readonly time?: Date | undefined }[];
  /** The exploited first, then the gravest. */
  readonly findings: readonly SurveyedFinding[];
  /** Exceptions that have ended and would cover something. */
  readonly ended: readonly Exception[];
  readonly cures: readonly Cure[];
  /** Why it is not known whether a newer base is there; absent: it is, or nobody asked. */
  readonly baseUnknown?: string | undefined;
}

/** What an environment runs. */
export interface SurveyedEnvironment {
  readonly name: string;
  /** The gravest severity that its gate lets through; absent: it has no such gate, and nothing is judged. */
  readonly max?: string | undefined;
  /** Whether a list says what is exploited. */
  readonly knowsExploited: boolean;
  /** What was read; absent where that failed, or nothing is judged. */
  readonly base?: Base | undefined;
  readonly images: readonly SurveyedImage[];
  /** Why there may be more than is listed. */
  readonly failures: readonly PromoteError[];
}

/** What runs, judged by today's reports. */
export interface Survey {
  readonly environments: readonly SurveyedEnvironment[];
}

/** The issue of a deployment repository; `left`: not touched, since something did not answer; `none`: none is needed. */
export interface KeptIssue {
  readonly repository: string;
  readonly outcome: 'opened' | 'updated' | 'reopened' | 'closed' | 'unchanged' | 'left' | 'none';
  readonly url?: string | undefined;
}

/** Whether everything that was asked for could be read. */
export function isWhole({ environments }: Survey): boolean {
  return environments.every(({ failures }) => failures.length === 0);
}

/** Whether all that runs was scanned, and has nothing that its gate would not let through. */
export function isHealthy({ environments }: Survey): boolean {
  return environments.every(({ images }) =>
    images.every(image => image.state === 'scanned' && openOf(image).length === 0),
  );
}

/** The vulnerabilities that the gate would not let through. */
export function openOf({ findings }: SurveyedImage): readonly SurveyedFinding[] {
  return findings.filter(({ isOver }) => isOver);
}

/** Those that an exception or VEX covers. */
export function coveredOf({ findings }: SurveyedImage): readonly SurveyedFinding[] {
  return findings.filter(({ coveredBy }) => coveredBy !== undefined);
}

/** Images with exploited vulnerabilities first, then those with the most that are open, then what nobody scanned. */
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
