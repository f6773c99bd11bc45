import type { Environments } from '../environments/environments.ts';
import { matchesGlob, placesIn } from '../environments/locate.ts';
import { isKustomization } from '../pins/together/kustomize-files.ts';
import { isHelmfile, rendersCharts } from '../pins/together/releases.ts';
import { knownIn } from './image-pins.ts';
import { isDotenv } from './variable-files.ts';

/** Which deployment files a run looks at. */
export interface WantedFiles {
  /** Whether a file's bytes, one character each, could say something of a known image. */
  readonly keep: (bytes: string) => boolean;
  /** Whether a file counts by its path, whatever it contains. */
  readonly isNeeded: (path: string) => boolean;
}

const POINTER = 'version https://git-lfs.github.com/spec/';
/** The byte order marks of UTF-16, whose text cannot be searched before it is decoded. */
const WIDE = /^(?:\xff\xfe|\xfe\xff)/;

/**
 * Which files hold a pin, or decide one together with another file. A rule matches them, or their text has a
 * known repository's last component as a word, its registry, or an escape that could hide one. No other file
 * is decoded or kept. Equal environments get the same answer, so a file that was left out is not read again.
 */
export function wantedFiles(environments: Environments): WantedFiles {
  const known = KNOWN.get(environments.environments);
  if (known !== undefined) return known;
  const { mayNameOne } = knownIn(environments);
  const globs = [...new Set(environments.images.flatMap(({ pins }) => pins.map(({ files }) => files)))];
  const wanted: WantedFiles = {
    keep: bytes => mayNameOne(bytes) || rendersCharts(bytes) || bytes.startsWith(POINTER) || WIDE.test(bytes),
    isNeeded: path =>
      isDotenv(path) ||
      isKustomization(path) ||
      isHelmfile(path.replace(/\.gotmpl$/, '')) ||
      /(?:^|\/)Chart\.ya?ml$/.test(path) ||
      globs.some(glob => matchesGlob(path, glob)) ||
      environments.environments.some(environment => placesIn(environment, path) !== undefined),
  };
  KNOWN.set(environments.environments, wanted);
  return wanted;
}

const KNOWN = new WeakMap<Environments['environments'], WantedFiles>();
