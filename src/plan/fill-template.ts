/** What a release of ours is known by to those who run it. */
export interface Release {
  /** `owner/repository` on GitHub, which has the actions. */
  readonly repository: string;
  /** The image, by digest. */
  readonly image: string;
  /** The commit that actions are pinned by, and its version, in place of `v1`. */
  readonly pinned?: { readonly commit: string; readonly version: string } | undefined;
}

/**
 * A template with its places filled: our actions by the repository that has them, our image as the default of components
 * and of what includes them. Throws for what cannot fill them.
 */
export function fillTemplate(path: string, text: string, { repository, image, pinned }: Release): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Error(`${repository} is no owner/repository`);
  if (!/@sha256:[0-9a-f]{64}$/.test(image)) throw new Error(`${image} names no digest`);
  if (pinned !== undefined && !/^[0-9a-f]{40}$/.test(pinned.commit))
    throw new Error(`${pinned.commit} is no commit`);
  const named = text
    .replaceAll('<owner>/<repository>', repository)
    .replaceAll(`uses: ${repository}@v1`, `uses: ${repository}@${refOf(pinned)}`)
    .replace(
      new RegExp(`(uses: ${repository.replaceAll('.', '\\.')}/actions/[a-z]+)@v1\\b`, 'g'),
      `$1@${refOf(pinned)}`,
    )
    .replaceAll('<image>@<digest>', image);
  return /^templates\/[^/]+\.yml$/.test(path) ? withDefault(named, image) : named;
}

function refOf(pinned: Release['pinned']): string {
  return pinned === undefined ? 'v1' : `${pinned.commit} # v${pinned.version.replace(/^v/, '')}`;
}

/** A component whose container has a default; what includes it says nothing of it. */
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
