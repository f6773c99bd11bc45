/** What a release puts in the places of its templates. */
export interface Release {
  /** `owner/repository` on GitHub. */
  readonly repository: string;
  /** The image, by digest. */
  readonly image: string;
}

/** A template as it is in a release: our actions by the repository that has them, our image as the default of components. */
export function filled(path: string, text: string, { repository, image }: Release): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Error(`${repository} is no owner/repository`);
  if (!/@sha256:[0-9a-f]{64}$/.test(image)) throw new Error(`${image} names no digest`);
  if (path.startsWith('templates/github/')) return text.replaceAll('<owner>/<repository>', repository);
  const described = /^( {4}container:\n {6}description: ).*(\n {6}type: string\n)/m;
  if (!described.test(text)) return text;
  return text
    .replace(
      described,
      `$1"The container image of the job, with promote and Git."$2      default: "${image}"\n`,
    )
    .replaceAll(/, container: "<image>@<digest>"/g, '')
    .replaceAll(/^# {7}inputs: \{ container: "<image>@<digest>" \}\n/gm, '');
}
