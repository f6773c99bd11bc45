import { type EnvironmentPlan, planEnvironment } from '../apply/plan-environment.ts';
import type { Environment, Environments } from '../environments/environments.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { imageState, isMember } from '../gates/image-state.ts';
import { readFiles } from '../git/read-files.ts';
import { type NextStep, promoting, unknown } from '../plan/explain/next.ts';
import { type ExplainedPlace, explainFile, explainPin } from '../plan/explain/places.ts';
import { optionsOn } from '../plan/invocation.ts';
import type { PromotionRequest } from '../plan/request.ts';
import { contain } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { observeHead, readPins } from '../run/read-pins.ts';
import { remember } from '../run/remember.ts';

/** The subject: a name of the environments file, or a place in a deployment file. */
export type Subject =
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'image'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly line: number | undefined };

/** Explains why places are pins or not, and the next step for their images. */
export interface Explanation {
  readonly subject: string;
  readonly kind: Subject['kind'];
  readonly places: readonly (ExplainedPlace & { readonly environment?: string | undefined })[];
  readonly next: readonly NextStep[];
}

/** Reads Git, and registries for the next step; writes nothing. `ask` makes an environment's request. */
export async function explain(
  given: Effects,
  environments: Environments,
  { subject, text }: { readonly subject: Subject; readonly text: string },
  ask: (environment: string) => PromotionRequest,
): Promise<Explanation> {
  const { effects } = remember(given);
  const wanted = environments.environments.filter(
    environment => subject.kind !== 'environment' || environment.name === subject.name,
  );
  const read = await Promise.all(
    wanted.map(async environment => await placesIn(effects, environments, environment, subject)),
  );
  const places =
    subject.kind === 'file' && read.flat().length === 0
      ? [await unowned(effects, environments, subject)]
      : read.flat();
  const steps = wanted.map(async environment => {
    const images = imagesOf(environments, subject, places, environment.name);
    return images.length === 0 ? [] : await nextIn(effects, environments, environment, images, ask);
  });
  return { subject: text, kind: subject.kind, places, next: (await Promise.all(steps)).flat() };
}

async function placesIn(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  subject: Subject,
): Promise<Explanation['places']> {
  const named = { environment: environment.name };
  if (subject.kind === 'file' && !ownsFile(environment, subject.path)) return [];
  const read = await readPins({ effects, environments, environment });
  // Files without any of our images are explained too.
  const texts = await readFiles(read.repository, read.head.commit, path =>
    subject.kind === 'file' ? path === subject.path : ownsFile(environment, path),
  );
  const files = subject.kind === 'image' ? read : { ...read, texts };
  const { line } = subject.kind === 'file' ? subject : { line: undefined };
  if (subject.kind === 'file' && !files.texts.has(subject.path)) return [];
  if (subject.kind === 'image') {
    const own = files.pins.filter(({ image }) => image === subject.name);
    const all = own.map(({ image, pin }) => explainPin(files.environments, image, pin));
    const mentioned = [
      ...new Set(files.mentions.filter(({ image }) => image === subject.name).map(({ file }) => file)),
    ];
    const others = mentioned.flatMap(file =>
      explainFile(files, environment, file).filter(
        ({ image, state }) => image === subject.name && state !== 'pin',
      ),
    );
    const found = [...all, ...others];
    const near = found.length > 0 ? [] : nearIn({ ...read, texts }, environment, subject.name);
    return [...found, ...near].map(place => ({ ...place, ...named }));
  }
  const paths = subject.kind === 'file' ? [subject.path] : [...files.texts.keys()];
  const found = paths.flatMap(path => explainFile(files, environment, path));
  const there =
    line === undefined ? found : found.filter(place => place.line === line || place.line === undefined);
  if (there.length > 0 || subject.kind !== 'file') return there.map(place => ({ ...place, ...named }));
  const because =
    line === undefined
      ? 'nothing in it names an image that is known'
      : 'nothing on that line names an image that is known';
  const lines = [...new Set(found.map(place => place.line))].join(', ');
  const cure = lines === '' ? undefined : `lines that do: ${lines}`;
  return [{ file: subject.path, line, state: 'no-pin', because, cure, ...named }];
}

/** Places where an unpinned image may be meant, with the rule that would make them pins. */
function nearIn(files: Awaited<ReturnType<typeof readPins>>, environment: Environment, image: string) {
  return [...files.texts.keys()]
    .flatMap(path => explainFile(files, environment, path))
    .filter(({ state, cure }) => state === 'no-pin' && cure?.startsWith(`images.${image}.`));
}

/** Explains why no environment has a file. */
async function unowned(
  effects: Effects,
  environments: Environments,
  { path, line }: Extract<Subject, { kind: 'file' }>,
): Promise<ExplainedPlace> {
  const heads = await Promise.all(
    environments.environments.map(async environment => {
      const { repository, head } = await observeHead(effects, environment);
      return { name: `${repository.name} ${head.branch}`, files: await repository.list(head.commit) };
    }),
  );
  if (!heads.some(({ files }) => files.some(file => file.path === path))) {
    const places = [...new Set(heads.map(({ name }) => name))].join(', ');
    throw new PromoteError('NOT_FOUND', `explain ${path}: there is no such file at the head of ${places}`, {
      hint: 'paths begin at the root of the repository; commit the file, or name an image or an environment',
    });
  }
  const globs = environments.environments.map(({ name, files }) => `${name}: ${files.join(' ')}`);
  return {
    file: path,
    line,
    state: 'no-pin',
    because: `the file belongs to no environment (${globs.join('; ')})`,
    cure: 'add it to environments.<environment>.files',
  };
}

function imagesOf(
  { images }: Environments,
  subject: Subject,
  places: Explanation['places'],
  environment: string,
): readonly string[] {
  if (subject.kind === 'environment') return images.map(({ name }) => name);
  if (subject.kind === 'image') return [subject.name];
  return [
    ...new Set(
      places.flatMap(place =>
        place.environment === environment && place.state === 'pin' ? (place.image ?? []) : [],
      ),
    ),
  ];
}

async function nextIn(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  images: readonly string[],
  ask: (environment: string) => PromotionRequest,
): Promise<readonly NextStep[]> {
  const { name } = environment;
  const invocation = { words: ['apply', name], options: optionsOn(environments) };
  const outcome = await contain(() => planEnvironment(effects, environments, { ...ask(name), invocation }));
  if (outcome.kind === 'failed') return images.map(image => unknown(name, image, outcome.error));
  return images.map(image => stepOf(environments, outcome.value, image));
}

/** The next step for an image, by the plan of its environment. */
export function stepOf(
  environments: Environments,
  { environment, outcomes, groups }: Pick<EnvironmentPlan, 'environment' | 'outcomes' | 'groups'>,
  image: string,
): NextStep {
  const { name } = environment;
  const absent = outcomes.find(outcome => outcome.kind === 'absent' && outcome.image === image);
  const found = groups
    .flatMap(group => group.judged.map(judged => ({ group, judged })))
    .find(({ judged }) => judged.image === image);
  if (found === undefined) {
    const reason = absent?.kind === 'absent' ? absent.reason : 'nothing is planned of it';
    const command =
      environment.from.kind === 'build' ? promoting(environments, environment, image, 'plan') : undefined;
    return { environment: name, image, state: 'absent', reason, gates: [], command };
  }
  const { group, judged } = found;
  const ofPlan = 'verdicts' in group && isMember(group, image) ? group.verdicts : [];
  const state = imageState(judged, group, group.state);
  return {
    environment: name,
    image,
    state,
    reason: judged.failure?.message,
    gates: [...judged.verdicts, ...ofPlan],
    command: state === 'ready' ? promoting(environments, environment, image) : undefined,
  };
}
