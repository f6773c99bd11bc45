import type { PromoteError } from '../errors.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import { counted } from './counts.ts';
import { type Block, heading, line, type Phrase, phrase, type Report } from './document.ts';
import { failureJson } from './failure.ts';
import type { Json } from './schemas/parts.ts';
import type { rebuild } from './schemas/rebuild.ts';

/**
 * What became of a needed build. `running`, `succeeded`, `failed`: it was started before. `unseen`: the forge
 * accepted it and shows no run. `unknown`: builds could not be looked for, so none was started.
 */
export type RebuildOutcome =
  | { readonly kind: 'started' | 'running' | 'succeeded' | 'failed'; readonly url: string }
  | { readonly kind: 'built'; readonly where: string; readonly tag?: string | undefined }
  | { readonly kind: 'sound' }
  | { readonly kind: 'planned' | 'postponed' | 'unseen'; readonly repository: string }
  | { readonly kind: 'unknown' | 'refused'; readonly repository: string; readonly error: PromoteError };

/** An image on a superseded base. */
export interface ImageRebuild {
  readonly image: string;
  readonly base: string;
  readonly from?: Digest | undefined;
  readonly to: Digest;
  readonly environments: readonly string[];
  readonly outcome: RebuildOutcome;
}

/** The result of a run. */
export interface RebuildResult {
  readonly images: readonly ImageRebuild[];
  /** Pinned images whose base is not known. */
  readonly unknown: readonly {
    readonly environment: string;
    readonly image: string;
    readonly digest: Digest;
    readonly reason: string;
  }[];
  /** The number of pinned images whose base is up to date. */
  readonly current: number;
  /** Images with `rebuild` of which no digest is pinned in the environments that were asked for. */
  readonly unpinned: readonly string[];
  /** Images without `rebuild`. */
  readonly without: readonly string[];
}

const FAILED: readonly RebuildOutcome['kind'][] = ['failed', 'unseen', 'unknown', 'refused'];

/** Whether each base is known, and each needed build is there, under way, or left for a later run. */
export function isRebuilt({ images, unknown }: RebuildResult): boolean {
  return unknown.length === 0 && images.every(({ outcome }) => !FAILED.includes(outcome.kind));
}

/** Reports the builds of images on superseded bases. */
export function rebuildReport(result: RebuildResult): Report {
  const { images, unknown, current, unpinned, without } = result;
  const started = images.filter(({ outcome }) => outcome.kind === 'started').length;
  const counts = [
    `${counted(images.length, 'image')} on a superseded base`,
    `${counted(started, 'build')} started`,
    `${current} up to date`,
    ...(unknown.length === 0 ? [] : [`${unknown.length} not known`]),
  ];
  const head = ['image', 'base', 'pinned in', 'build'];
  const blocks: Block[] = [heading(phrase(`rebuild: ${counts.join(', ')}`))];
  if (images.length > 0) blocks.push({ kind: 'table', head, rows: images.map(row) });
  for (const { environment, image, digest, reason } of unknown)
    blocks.push(
      line(
        phrase(`${environment}: ${image} ${shortDigest(digest)}`),
        phrase('its base is not known', 'bad'),
        phrase(reason),
      ),
    );
  if (unpinned.length > 0)
    blocks.push(line(phrase(`pinned nowhere by a digest, and not asked: ${unpinned.join(', ')}`, 'wait')));
  if (without.length > 0)
    blocks.push(line(phrase(`without \`rebuild\`, and not asked: ${without.join(', ')}`, 'quiet')));
  const json = {
    images: images.map(({ outcome, ...rest }) => ({ ...rest, outcome: outcomeJson(outcome) })),
    unknown,
    current,
    unpinned,
    without,
  } satisfies Json<typeof rebuild>;
  return { blocks, json };
}

function outcomeJson(outcome: RebuildOutcome) {
  return 'error' in outcome ? { ...outcome, error: failureJson(outcome.error) } : outcome;
}

function row({ image, base, from, to, environments, outcome }: ImageRebuild): readonly Phrase[] {
  const change = `${from === undefined ? '' : `${shortDigest(from)} -> `}${shortDigest(to)}`;
  return [phrase(image), phrase(`${base} ${change}`), phrase(environments.join(', ')), cell(outcome)];
}

function cell(outcome: RebuildOutcome): Phrase {
  switch (outcome.kind) {
    case 'started':
      return phrase(`started: ${outcome.url}`, 'good');
    case 'running':
      return phrase(`runs already: ${outcome.url}`, 'good');
    case 'succeeded':
      return phrase(`ended, and nothing pins it yet: ${outcome.url}`, 'wait');
    case 'failed':
      return phrase(`failed, run it again there: ${outcome.url}`, 'bad');
    case 'built':
      return phrase(builtText(outcome), 'good');
    case 'sound':
      return phrase('no vulnerability over the limit', 'quiet');
    case 'planned':
      return phrase(`would be started in ${outcome.repository}`, 'wait');
    case 'postponed':
      return phrase(`left to the next run, by --limit: ${outcome.repository}`, 'wait');
    case 'unseen':
      return phrase(`accepted by ${outcome.repository}, which shows no run of it`, 'bad');
    case 'unknown':
      return phrase(`not started: ${failureText(outcome.error)}`, 'bad');
    case 'refused':
      return phrase(`failed to start: ${failureText(outcome.error)}`, 'bad');
  }
}

function builtText({ where, tag }: Extract<RebuildOutcome, { kind: 'built' }>): string {
  return where === 'build' ? `built already: ${tag}` : `built already, and pinned in ${where}`;
}

function failureText({ message, hint }: PromoteError): string {
  return hint === undefined ? message : `${message} (${hint})`;
}
