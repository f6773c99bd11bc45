import { relative, resolve, sep } from 'node:path';
import { explain as explainSubject, type Subject } from '../commands/explain.ts';
import { closest } from '../environments/diagnostics/suggest.ts';
import type { Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import { explainReport } from '../reports/explain.ts';
import type { Format } from '../reports/render.ts';
import { withEffects } from './effects.ts';
import { findCheckout } from './environments-file.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { promotionRequest } from './request.ts';

/** `promote explain <file[:line] | image | environment>` */
export async function explain(
  io: Io,
  text: string,
  options: { readonly file: string; readonly format: Format },
): Promise<number> {
  return await withEffects(io, options.file, async (effects, environments) => {
    const subject = subjectOf(io, environments, text);
    const nothingElse = {
      ...options,
      image: [],
      allowDirect: false,
      allowBackward: false,
      approvedBy: [],
      exitCode: false,
    };
    const found = await explainSubject(effects, environments, { subject, text }, name =>
      promotionRequest(io, name, nothingElse),
    );
    print(io, explainReport(found), options.format);
    return EXIT.done;
  });
}

/** The environment or image with this name, else the file at this path, also from the current directory. */
function subjectOf({ cwd }: Io, { environments, images }: Environments, text: string): Subject {
  if (environments.some(({ name }) => name === text)) return { kind: 'environment', name: text };
  if (images.some(({ name }) => name === text)) return { kind: 'image', name: text };
  const [, path = text, digits] = /^(.*?)(?::(\d+)(?::\d+)?)?$/.exec(text) ?? [];
  if (!/[./]/.test(path)) {
    const names = [...environments, ...images].map(({ name }) => name);
    const meant = closest(text, names);
    throw new PromoteError(
      'USAGE',
      `explain ${JSON.stringify(text)}: neither a file, an image nor an environment`,
      {
        hint: `${meant === undefined ? '' : `did you mean ${meant}? `}environments: ${environments.map(({ name }) => name).join(', ')}; images: ${images.map(({ name }) => name).join(', ')}`,
      },
    );
  }
  const checkout = findCheckout(cwd);
  const inside = checkout === undefined ? path : relative(checkout, resolve(cwd, path)).split(sep).join('/');
  return {
    kind: 'file',
    path: inside.startsWith('../') ? path : inside,
    line: digits === undefined ? undefined : Number(digits),
  };
}
