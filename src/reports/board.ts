import { type Digest, shortDigest } from '../oci/digest.ts';
import { heading, type Phrase, phrase, type Report } from './document.ts';

/** What one environment pins of one image; more than one state where its files disagree. */
export interface PinnedState {
  readonly tag?: string;
  readonly digest?: Digest;
}

/** `entry`: fed by builds; `same` or `behind`: as its source environment, or not; `none`: not pinned. */
export interface BoardCell {
  readonly environment: string;
  readonly pinned: readonly PinnedState[];
  readonly relation: 'entry' | 'same' | 'behind' | 'none';
}

/** One row of the board: an image and what each environment pins of it. */
export interface BoardRow {
  readonly image: string;
  readonly cells: readonly BoardCell[];
}

/** The board of images and environments. */
export function boardReport(environments: readonly string[], rows: readonly BoardRow[]): Report {
  const table = {
    kind: 'table',
    head: ['image', ...environments],
    rows: rows.map(({ image, cells }) => [phrase(image), ...cells.map(cellPhrase)]),
  } as const;
  const legend = heading(
    phrase('what each environment pins'),
    phrase('(<< differs from the one before it)', 'quiet'),
  );
  return { blocks: [legend, table], json: { images: rows } };
}

function cellPhrase({ pinned, relation }: BoardCell): Phrase {
  const states = pinned.map(({ tag, digest }) =>
    [tag, digest === undefined ? 'no digest' : shortDigest(digest)]
      .filter(part => part !== undefined)
      .join(' '),
  );
  switch (relation) {
    case 'none':
      return phrase('-', 'quiet');
    case 'behind':
      return phrase(`${states.join(' + ')} <<`, 'wait');
    case 'entry':
    case 'same':
      return phrase(states.join(' + '), states.length > 1 ? 'bad' : 'good');
  }
}
