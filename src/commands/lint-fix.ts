import type { Environments } from '../environments/environments.ts';
import { environmentNamed, imageNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Finding } from '../plan/check.ts';
import { askedTag, fixPin } from '../plan/lint/fix.ts';
import type { Linted, UnpinnedPin } from '../plan/lint/lint.ts';
import { sourcePlace } from '../plan/source-images.ts';
import type { Effects } from '../run/effects.ts';

/** What lint found after its fixes, and the files whose text changed. */
export interface Fixed {
  readonly findings: readonly Finding[];
  readonly texts: ReadonlyMap<string, string>;
}

/** Pins unpinned images to the digest that their tag names. A failure is added to the finding. */
export async function fixUnpinned(
  { store }: Pick<Effects, 'store'>,
  environments: Environments,
  { findings, unpinned }: Linted,
  files: ReadonlyMap<string, string>,
): Promise<Fixed> {
  const texts = new Map<string, string>();
  const instead = new Map<Finding, Finding>();
  // Two environments may share a file and its pins.
  const done = new Map<string, Finding>();
  for (const { finding, pin } of unpinned) {
    const key = `${pin.pin.file}\n${pin.pin.locator}`;
    const result = done.get(key) ?? (await fixOne({ finding, pin }));
    done.set(key, result);
    instead.set(finding, result);
  }
  return { findings: findings.map(finding => instead.get(finding) ?? finding), texts };

  async function fixOne({ finding, pin }: UnpinnedPin): Promise<Finding> {
    const { file } = pin.pin;
    const asked = askedTag(pin);
    if (asked === undefined) return kept(finding, 'the file does not say which repository and tag');
    try {
      const repository = pushedTo(finding.subject, pin) ?? asked.repository;
      const digest = (await store(repository).head(asked.tag))?.digest;
      if (digest === undefined) return kept(finding, `there is no ${repository}:${asked.tag}`);
      const text = texts.get(file) ?? files.get(file) ?? '';
      texts.set(file, fixPin(environments, text, { linted: pin, ...asked, digest }));
      const { line, column } = pin.place;
      const message = `${file}:${line}:${column}: ${asked.repository}:${asked.tag} is pinned to ${shortDigest(digest)} now`;
      return {
        severity: 'note',
        subject: finding.subject,
        message,
        rule: finding.rule,
        place: finding.place,
      };
    } catch (error) {
      if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
      return kept(finding, error.message);
    }
  }

  /** The repository that a pinned image is pushed to, which may differ from the one it is pulled from. */
  function pushedTo(environment: string, { image, pin }: UnpinnedPin['pin']) {
    if (image === undefined) return undefined;
    const source = environmentNamed(environments, environment);
    return sourcePlace(environments, source, imageNamed(environments, image), pin)?.repository;
  }
}

function kept(finding: Finding, reason: string): Finding {
  return { ...finding, message: `${finding.message}; not fixed: ${reason}` };
}
