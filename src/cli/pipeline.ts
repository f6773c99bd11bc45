import { gitlabPipeline } from '../reports/gitlab-pipeline.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { requester } from './requester.ts';

/** `promote pipeline` */
export async function pipeline(
  io: Io,
  options: {
    readonly file: string;
    readonly container?: string | undefined;
    readonly command: string;
    readonly image: readonly string[];
    readonly tag: readonly string[];
  },
): Promise<number> {
  const { image: images, tag: tags, ...settings } = options;
  return await withEffects(io, options.file, async (effects, environments) => {
    const keyless = environments.environments.filter(({ signing }) => signing?.by.kind === 'keyless');
    if (keyless.length > 0) io.stderr.write(`${keyless.map(({ name }) => name).join(', ')}: ${KEYLESS}\n`);
    const { requesters: stated = [] } = requester(io, undefined);
    const askers = (await effects.runAskers?.(stated)) ?? stated;
    const made = { ...settings, images, tags, goesOn: askers.length === 0 };
    io.stdout.write(gitlabPipeline(environments, made));
    return EXIT.done;
  });
}

/** https://docs.gitlab.com/ci/yaml/signing_examples/ */
const KEYLESS =
  'signed without a key, which GitLab documents for no child pipeline. Sign with a key, with a Fulcio of your own, or by jobs of your .gitlab-ci.yml';
