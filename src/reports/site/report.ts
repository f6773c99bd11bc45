import { counted } from '../counts.ts';
import { heading, line, phrase, type Report } from '../document.ts';
import type { Json } from '../schemas/parts.ts';
import type { board } from '../schemas/site.ts';
import type { SiteData } from './data.ts';

/** The directory and the files of the page. */
interface Written {
  /** Undefined: the page is only served on this machine. */
  readonly out: string | undefined;
  readonly files: readonly string[];
}

/** Reports what the page shows, and what could not be read. */
export function siteReport(data: SiteData, { out, files }: Written): Report {
  const { isPublic, isVerified, environments, images, events, groups, problems } = data;
  const where = out === undefined ? 'the board' : `the board is in ${out}`;
  const json = {
    out: out ?? null,
    files: out === undefined ? [] : [...files],
    public: isPublic,
    verified: isVerified,
    environments: environments.length,
    images: images.length,
    promotions: events.length,
    groups: groups.length,
    problems: problems.length,
  } satisfies Json<typeof board>;
  const counts = [
    [images.length, 'image'],
    [environments.length, 'environment'],
    [events.length, 'change'],
  ] as const;
  const blocks = [
    heading(phrase(where), ...(isPublic ? [phrase('(for everybody to read)', 'quiet')] : [])),
    line(
      phrase(
        [
          ...counts.map(([count, noun]) => counted(count, noun)),
          `${counted(groups.length, 'group')} to promote`,
        ].join(', '),
      ),
    ),
    ...(isVerified
      ? []
      : [line(phrase('registries were not asked whether images are sound: --verify', 'quiet'))]),
    ...(problems.length === 0
      ? []
      : [line(phrase(`shown on it: ${counted(problems.length, 'problem')}`, 'bad'))]),
  ];
  return { blocks, json };
}
