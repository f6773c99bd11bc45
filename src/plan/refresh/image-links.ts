import { compareSources, sourceRepository } from '../compare-sources.ts';

/** A page about an image. */
export interface ImageLink {
  readonly text: 'changes' | 'source' | 'documentation' | 'home page';
  /** An HTTPS address, chosen by whoever built the image. */
  readonly url: string;
}

type Annotations = Readonly<Record<string, string>>;

/** The links in annotations; anything but a plain HTTPS address is left out. */
export function imageLinks(before: Annotations | undefined, after: Annotations): readonly ImageLink[] {
  const links = [
    { text: 'changes', url: before && compareSources(before, after)?.url },
    { text: 'source', url: sourceRepository(after) },
    { text: 'documentation', url: after['org.opencontainers.image.documentation'] },
    { text: 'home page', url: after['org.opencontainers.image.url'] },
  ] as const;
  return links.flatMap(({ text, url = '' }) => {
    const address = URL.parse(url);
    const isPlain = address?.protocol === 'https:' && address.username === '' && address.password === '';
    return isPlain ? [{ text, url: address.href }] : [];
  });
}
