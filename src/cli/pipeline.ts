import { gitlabPipeline } from '../reports/gitlab-pipeline.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';

/** `promote pipeline` */
export async function pipeline(
  io: Io,
  options: {
    readonly file: string;
    readonly container: string;
    readonly command: string;
    readonly image: readonly string[];
    readonly tag: readonly string[];
  },
): Promise<number> {
  const { image: images, tag: tags, ...settings } = options;
  return await withEffects(io, options.file, async (_, environments) => {
    io.stdout.write(gitlabPipeline(environments, { ...settings, images, tags }));
    return EXIT.done;
  });
}
