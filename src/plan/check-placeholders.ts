import type { Finding } from './check.ts';

/** Whether a CI runs the file. A template there whose places are not filled in runs nothing of promote. */
export function isCiFile(path: string): boolean {
  return /^(?:\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.gitlab\/.+\.ya?ml)$/.test(path);
}

const PLACE = /<(?:owner|repository|group|project|version|image|digest|registry|name)>/;

/** Finds places of promote's templates that nobody filled in; comments are ignored. */
export function checkPlaceholders(path: string, text: string): readonly Finding[] {
  return text.split('\n').flatMap((line, index): readonly Finding[] => {
    const written = line.replace(/(?:^|\s)#.*$/, '');
    const isReference = /(?:^|[\s{,-])["']?(?:uses|component|container|image)["']?:/.test(written);
    const found = isReference ? PLACE.exec(written) : null;
    if (found === null) return [];
    const [place] = found;
    return [
      {
        severity: 'error',
        subject: path,
        message: `${path}:${index + 1}:${found.index + 1}: ${place} of the template is left`,
        hint: `write what it stands for: ${HINTS[place] ?? 'what you took the template from'}`,
      },
    ];
  });
}

const HINTS: Readonly<Record<string, string>> = {
  '<owner>': 'the account that publishes the actions, and after it the commit of a release in place of v1',
  '<version>': 'the release of the component',
  '<digest>': 'the digest of the image, sha256:…',
};
