import { shortName } from '../environments/refresh.ts';
import type { ImageFacts } from '../images/facts.ts';
import type { ImageSignature } from '../images/signature.ts';
import { shortDigest } from '../oci/digest.ts';
import { packageChanges, platformChanges } from '../plan/refresh/image-changes.ts';
import { imageLinks } from '../plan/refresh/image-links.ts';
import type { RefreshGroup } from '../plan/refresh/refresh-plan.ts';
import { packageLines } from './package-lines.ts';
import { BODY_LIMIT } from './pull-request.ts';
import { fitRows, formatSize, link, more, outside, section as under } from './pull-request-text.ts';
import type { DescribedImage, RefreshedImage } from './refresh-images.ts';

/**
 * The body of a group's pull request. The same update gives the same text. Text over `BODY_LIMIT` minus
 * `reserved`, which is for other text, is left out as a whole and counted, packages first.
 */
export function refreshBody(
  { plan }: RefreshGroup,
  images: readonly RefreshedImage[],
  { reserved = 0, runUrl }: { readonly reserved?: number; readonly runUrl?: string | undefined } = {},
): string {
  const head = [
    ...images.flatMap(warnings),
    `**${images.some(isMoved) ? 'Takes the copies' : 'Updates'} ${namesOf(images)}.**`,
    '',
    ...HEAD,
  ];
  const run = runUrl === undefined ? [] : ['', link('The run that wrote this', runUrl)];
  const tail = [...TAIL, '', `Plan \`${plan.digest}\``, ...run];
  const left = BODY_LIMIT - reserved - [...head, ...tail].join('\n').length - 200;
  const rows = fitRows(images.map(row), left * 0.2, count => `| ${count} more images | | | | | | |`);
  const share = (left * 0.8) / images.length;
  const sections = fitRows(
    images.map(image => section(image, share)),
    left * 0.8,
    more('images'),
  );
  return [...head, ...rows, ...sections, ...tail].join('\n');
}

const HEAD = [
  '| image | from | to | created | size | layers | platforms |',
  '| --- | --- | --- | --- | --- | --- | --- |',
];

const TAIL = [
  ...under('What happens', ['Once it is merged, the files name the new images.']),
  ...under('Decline', ['Close it unmerged: its images are proposed again once a tag names others.']),
];

/** Whether the files name a mirror's repository from now on. */
function isMoved({ update: { target } }: RefreshedImage): boolean {
  return target.repository !== undefined;
}

const MOST_NAMED = 3;

function namesOf(images: readonly RefreshedImage[]): string {
  const names = images.map(({ update }) => outside(nameOf(update)));
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function nameOf({ repository, tag }: RefreshedImage['update']): string {
  return `${shortName(repository)}:${tag}`;
}

function warnings({ update, before, after }: RefreshedImage): readonly string[] {
  const lost = before && after ? platformChanges(before, after).lost : [];
  if (lost.length === 0) return [];
  const name = outside(nameOf(update));
  const platforms = lost.map(platform => outside(platform)).join(', ');
  return ['> [!WARNING]', `> ${name} has no image for ${platforms} any more.`, ''];
}

function row({ update, before, after }: RefreshedImage): string {
  const { repository, from, tag, digest } = update;
  const old = from.digest === undefined ? 'unpinned' : `\`${shortDigest(from.digest)}\``;
  // A whole digest of 71 characters would push the other columns out of sight.
  const cells = [
    outside(shortName(repository)),
    [...(from.tag === undefined ? [] : [outside(from.tag)]), old].join(' '),
    `**${outside(tag)}** \`${shortDigest(digest)}\``,
    changed(before, after, ({ created }) => created?.slice(0, 10) ?? 'unknown'),
    changed(before, after, ({ size }) => formatSize(size)),
    changed(before, after, ({ layers }) => String(layers)),
    platforms(before, after),
  ];
  return `| ${cells.join(' | ')} |`;
}

function platforms(before: ImageFacts | undefined, after: ImageFacts | undefined): string {
  if (after === undefined) return '';
  const { lost, gained } = platformChanges(before ?? after, after);
  const changes = [...lost.map(name => `lost ${name}`), ...gained.map(name => `gained ${name}`)];
  return changes.length === 0
    ? String(after.platforms.length || '')
    : changes.map(text => outside(text)).join('<br>');
}

function section(image: RefreshedImage, budget: number): string {
  const { update, before, after, signature, places } = image;
  const { from, digest } = update;
  const facts = [
    ...(from.digest === undefined ? [] : [`- from \`${from.digest}\``]),
    `- to \`${digest}\``,
    ...(before?.os === undefined && after?.os === undefined
      ? []
      : [`- operating system: ${changed(before, after, ({ os }) => os ?? 'unknown')}`]),
    ...(signature === undefined ? [] : [`- ${signed(signature)}`]),
    ...linkLine(before, after),
    ...fitRows(
      places.map(place => `- ${outside(place)}`),
      budget / 4,
      more('places'),
    ),
  ];
  const title = ['', `### ${outside(nameOf(update))}`, ''];
  const length = [...title, ...facts].join('\n').length;
  return [...title, ...facts, ...packagesOf(image, budget - length - 200)].join('\n');
}

function linkLine(before: DescribedImage | undefined, after: DescribedImage | undefined): readonly string[] {
  const annotations = (image: DescribedImage | undefined) =>
    image && { ...image.labels, ...image.annotations };
  const links = imageLinks(annotations(before), annotations(after) ?? {}).filter(
    ({ url }) => url.length <= 500,
  );
  return links.length === 0 ? [] : [`- ${links.map(({ text, url }) => link(text, url)).join(', ')}`];
}

function signed(signature: ImageSignature): string {
  switch (signature.kind) {
    case 'verified':
      return `signed by ${outside(signature.by, 300)}`;
    case 'unverified':
      return 'signed, not verified';
    case 'none':
      return 'not signed';
  }
}

function packagesOf({ before, after }: RefreshedImage, budget: number): readonly string[] {
  if (before?.packages === undefined || after?.packages === undefined) return [];
  return packageLines(packageChanges(before.packages, after.packages), budget);
}

function changed(
  before: DescribedImage | undefined,
  after: DescribedImage | undefined,
  facts: (image: DescribedImage) => string,
): string {
  const values = [before, after].flatMap(image => (image === undefined ? [] : outside(facts(image))));
  return [...new Set(values)].join(' → ');
}
