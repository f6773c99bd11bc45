import type { ExplainedGate, NextStep } from '../plan/explain/next.ts';
import type { ExplainedPlace } from '../plan/explain/places.ts';
import { type Block, heading, line, type Phrase, phrase, type Report, type Tone } from './document.ts';
import type { explain } from './schemas/explain.ts';
import type { Json } from './schemas/parts.ts';

/** The result of `promote explain`. */
export interface ExplanationView {
  readonly subject: string;
  readonly kind: 'environment' | 'image' | 'file';
  readonly places: readonly (ExplainedPlace & { readonly environment?: string | undefined })[];
  readonly next: readonly NextStep[];
}

const PLACE_WORDS = {
  pin: ['pin', 'good'],
  'no-pin': ['no pin', 'wait'],
  ignored: ['ignored', 'quiet'],
  unreadable: ['cannot be read', 'bad'],
} satisfies Record<ExplainedPlace['state'], readonly [string, Tone]>;

const STEP_WORDS = {
  nothing: ['nothing to do', 'quiet'],
  ready: ['ready', 'good'],
  waiting: ['waiting', 'wait'],
  closed: ['closed', 'bad'],
  failed: ['cannot be planned', 'bad'],
  absent: ['not promoted', 'quiet'],
} satisfies Record<NextStep['state'], readonly [string, Tone]>;

const GATE_TONES = { open: 'good', waiting: 'wait', closed: 'bad' } satisfies Record<
  ExplainedGate['kind'],
  Tone
>;

/** Reports why each place is a pin or not, and the next step for each image. */
export function explainReport({ subject, kind, places, next }: ExplanationView): Report {
  const isIn = (environment: string | undefined) => (place: { readonly environment?: string | undefined }) =>
    place.environment === environment;
  const names = [...new Set([...places, ...next].map(({ environment }) => environment))];
  const nothing = kind === 'file' ? [] : [line(phrase('no file pins it', 'wait'))];
  const blocks: readonly Block[] = [
    heading(phrase(subject), phrase(`(${kind})`, 'quiet')),
    ...(places.length === 0 ? nothing : []),
    ...names.flatMap((name): readonly Block[] => {
      const items = [
        ...places.filter(isIn(name)).flatMap(placeItems),
        ...next.filter(isIn(name)).flatMap(stepItems),
      ];
      return [...(name === undefined ? [] : [line(phrase(name))]), { kind: 'items', items }];
    }),
  ];
  const json: Json<typeof explain> = {
    subject,
    kind,
    places: places.map(placeJson),
    next: next.map(stepJson),
  };
  return { blocks, json };
}

function placeItems(place: ExplainedPlace): readonly (readonly Phrase[])[] {
  const { file, image, state, text, because, cure } = place;
  const [words, tone] = PLACE_WORDS[state];
  const at = place.line === undefined ? file : `${file}:${place.line}`;
  const what = state === 'pin' && image !== undefined ? `${words} of ${image}` : words;
  return [
    [
      phrase(at),
      phrase(text === undefined ? `${what}:` : what, tone),
      ...(text === undefined ? [] : [phrase(`${text}:`, 'quiet')]),
      phrase(because),
    ],
    ...(cure === undefined ? [] : [[phrase(`  ${cure}`, 'quiet')]]),
  ];
}

function stepItems({ image, state, reason, gates, command }: NextStep): readonly (readonly Phrase[])[] {
  const [words, tone] = STEP_WORDS[state];
  return [
    [
      phrase(`next for ${image}:`),
      phrase(words, tone),
      ...(reason === undefined ? [] : [phrase(`(${reason})`, 'quiet')]),
    ],
    ...gates.map(({ gate, kind, reason: why, hint }) => [
      phrase(`  ${gate} ${kind}:`, GATE_TONES[kind]),
      phrase(why),
      ...(hint === undefined || kind === 'open' ? [] : [phrase(`(${hint})`, 'quiet')]),
    ]),
    // A reason may already name the command.
    ...(command === undefined || reason?.includes(command) ? [] : [[phrase(`  ${command}`)]]),
  ];
}

function placeJson({
  file,
  line: number,
  environment,
  image,
  state,
  text,
  because,
  cure,
}: ExplanationView['places'][number]) {
  return {
    file,
    line: number ?? null,
    environment: environment ?? null,
    image: image ?? null,
    state,
    text: text ?? null,
    because,
    cure: cure ?? null,
  };
}

function stepJson({ environment, image, state, reason, gates, command }: NextStep) {
  return {
    environment,
    image,
    state,
    reason: reason ?? null,
    gates: gates.map(({ gate, kind, reason: why, hint }) => ({
      gate,
      kind,
      reason: why,
      hint: hint ?? null,
    })),
    command: command ?? null,
  };
}
