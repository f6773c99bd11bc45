/** The names of a release of promote, for those who run it. */
export interface Release {
  /** `owner/repository` on GitHub, which has the actions; absent: their places stay. */
  readonly repository?: string | undefined;
  /** The image, by digest; absent: its places stay. */
  readonly image?: string | undefined;
  /** The commit that actions are pinned by, and its version where it is known, in place of `v1`. */
  readonly pinned?: { readonly commit: string; readonly version?: string | undefined } | undefined;
}

/**
 * A template with its places filled. Our actions get the repository that has them. Our image becomes the
 * default of components. Throws for values that cannot fill a place.
 */
export function fillTemplate(path: string, text: string, { repository, image, pinned }: Release): string {
  const named = repository === undefined ? text : withActions(text, repository, pinned);
  return image === undefined ? named : withImage(path, named, image);
}

function withActions(text: string, repository: string, pinned: Release['pinned']): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Error(`${repository} is no owner/repository`);
  if (pinned !== undefined && !/^[0-9a-f]{40}$/.test(pinned.commit))
    throw new Error(`${pinned.commit} is no commit`);
  return text
    .replaceAll('<owner>/<repository>', repository)
    .replaceAll(`uses: ${repository}@v1`, `uses: ${repository}@${refOf(pinned)}`)
    .replace(
      new RegExp(`(uses: ${repository.replaceAll('.', '\\.')}/actions/[a-z]+)@v1\\b`, 'g'),
      `$1@${refOf(pinned)}`,
    );
}

function withImage(path: string, text: string, image: string): string {
  if (!/@sha256:[0-9a-f]{64}$/.test(image)) throw new Error(`${image} names no digest`);
  const named = text.replaceAll('<image>@<digest>', image);
  return /^templates\/[^/]+\.yml$/.test(path) ? withDefault(named, image) : named;
}

function refOf(pinned: Release['pinned']): string {
  if (pinned === undefined) return 'v1';
  return pinned.version === undefined
    ? pinned.commit
    : `${pinned.commit} # v${pinned.version.replace(/^v/, '')}`;
}

/** A component with the image as default of its container; files that include it need not name the image. */
function withDefault(text: string, image: string): string {
  const described = /^( {4}container:\n {6}description: ).*(\n {6}type: string\n)/m;
  if (!described.test(text)) return text;
  return text
    .replace(
      described,
      `$1"The container image of the job, with promote and Git."$2      default: "${image}"\n`,
    )
    .replaceAll(`, container: "${image}"`, '')
    .replaceAll(`# ${' '.repeat(6)}inputs: { container: "${image}" }\n`, '');
}
