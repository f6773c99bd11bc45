import type { Environment, Environments } from '../environments/environments.ts';
import { imageNamed } from '../environments/locate.ts';
import { versionTags } from '../environments/tags/version-tags.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { commandOn } from '../plan/invocation.ts';
import { formOf } from '../plan/pin-target.ts';
import type { ImagePin, Unproven } from '../plan/snapshot.ts';
import { sourcePlace } from '../plan/source-images.ts';
import { untrackable } from '../plan/unwritable.ts';
import { findTagRecord, type TagFinding } from '../records/tag-record.ts';
import type { Trust } from '../signing/trust.ts';
import { contain } from './contain.ts';
import type { Effects } from './effects.ts';

/** The environment whose pins are completed. */
interface Recording {
  readonly effects: Pick<Effects, 'store' | 'signing'>;
  readonly environments: Environments;
  readonly environment: Environment;
}

/**
 * Adds digests to pins that are a tag or a version alone. The digest is that of our record of the tag, at the
 * pin's target. Other pins are unchanged. Each tag is looked up once.
 */
export async function withRecords(at: Recording, pins: readonly ImagePin[]): Promise<readonly ImagePin[]> {
  const known = new Map<string, Promise<TagFinding>>();
  return await Promise.all(
    pins.map(async pin => {
      const looked = await contain(() => withRecord(at, pin, known));
      if (looked.kind === 'done') return looked.value;
      const { message, hint = 'run again once it can be read' } = looked.error;
      return { ...pin, unproven: { reason: `${placeOf(pin)}: its record cannot be read: ${message}`, hint } };
    }),
  );
}

async function withRecord(
  { effects, environments, environment }: Recording,
  known: ImagePin,
  found: Map<string, Promise<TagFinding>>,
): Promise<ImagePin> {
  const { pin } = known;
  const image = imageNamed(environments, known.image);
  const form = formOf(environment, image, pin);
  const isAsked = form === 'tag' || form === 'version';
  if (pin.digest !== undefined || pin.tag === undefined || !(isAsked || pin.undigested)) return known;
  const place = sourcePlace(environments, environment, image, pin);
  if (place === undefined || place.foreign) return known;
  const { signing } = environment;
  if (signing === undefined) {
    const refused = isAsked ? untrackable(environment) : undefined;
    return { ...known, unproven: refused && { ...refused, reason: `${placeOf(known)}: ${refused.reason}` } };
  }
  const { trust } = await effects.signing(signing);
  const tags = form === 'version' ? versionTags(pin.tag) : [pin.tag];
  const finding = await firstRecorded(
    effects,
    { environment, repository: place.repository, trust },
    tags,
    found,
  );
  if (finding === undefined) return known;
  const unproven = unprovenBy(known, finding, {
    environments,
    environment,
    repository: place.repository,
    isAsked,
  });
  const recorded = finding.kind === 'unrecorded' ? undefined : finding.digest;
  return { ...known, recorded, recordedTag: recorded && finding.tag, unproven };
}

interface Place {
  readonly environment: Environment;
  readonly repository: RepositoryName;
}

/** The finding of the first tag with a record, else of the first tag that names an image. */
async function firstRecorded(
  { store }: Pick<Effects, 'store'>,
  { environment: { name }, repository, trust }: Place & { readonly trust: Trust },
  tags: readonly string[],
  found: Map<string, Promise<TagFinding>>,
): Promise<TagFinding | undefined> {
  const findings: TagFinding[] = [];
  for (const tag of tags) {
    const key = `${repository}:${tag}`;
    const search = { store: store(repository), trust, environment: name, tag };
    const looked = found.get(key) ?? findTagRecord(search);
    found.set(key, looked);
    const finding = await looked;
    if (finding.kind !== 'unrecorded') return finding;
    findings.push(finding);
  }
  return findings.find(finding => finding.kind === 'unrecorded' && finding.named) ?? findings[0];
}

function unprovenBy(
  known: ImagePin,
  finding: TagFinding,
  {
    environments,
    environment: { name },
    repository,
    isAsked,
  }: Place & Pick<Recording, 'environments'> & { readonly isAsked: boolean },
): Unproven | undefined {
  const now = finding.kind === 'recorded' ? '' : (finding.named ?? 'nothing');
  switch (finding.kind) {
    case 'recorded':
      return undefined;
    case 'moved':
      return {
        reason: `${placeOf(known)}: ${repository}:${finding.tag} names ${now}, and our record says ${finding.digest}`,
        hint: 'someone moved the tag: find out who, and set it to the recorded digest again',
      };
    case 'unrecorded':
      return isAsked
        ? {
            reason: `${placeOf(known)}: no record of ours says which digest ${repository}:${finding.tag} is; it names ${now}`,
            hint: `${commandOn(environments, 'apply', name)} records what it sets; or write pin: digest`,
          }
        : undefined;
  }
}

function placeOf({ pin: { file, line } }: ImagePin): string {
  return `${file}:${line}`;
}
