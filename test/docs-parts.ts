import { parse, stringify } from 'yaml';

/** A part of an environments file as a page shows it: settings of the file, or of one environment. */
type Part = Readonly<Record<string, unknown>>;

const OF_ENVIRONMENT = /^(gates|rollback|pullRequest):/;
const OF_FILE =
  /^(signing|images|deployments|refresh|mirrors|commits|hosts|freezes|notifications|environments):/;

/** Whether a block of YAML is such a part. */
export function isPart(text: string): boolean {
  return OF_FILE.test(text) || OF_ENVIRONMENT.test(text);
}

/** The part within a whole environments file: all that it leaves out is added, and nothing of it is changed. */
export function wholeFile(text: string): string {
  const part: Part = parse(text);
  const given = OF_ENVIRONMENT.test(text) ? { environments: { staging: part } } : part;
  const environments = { dev: {}, staging: {}, ...(given.environments as Record<string, Part>) };
  const sources = Object.values(environments).flatMap(({ from }: Part) =>
    typeof from === 'string' && from !== 'build' && !(from in environments) ? [[from, {}]] : [],
  );
  const all: Record<string, Part> = { ...Object.fromEntries(sources), ...environments };
  const completed = Object.entries(all).map(([name, settings]) => [
    name,
    {
      from: name === 'dev' ? 'build' : 'dev',
      registry: `registry.example/${name}`,
      files: [`${name}/*.yaml`],
      ...(name === 'staging' ? { gates: { approval: { count: 1 }, freeze: ['weekend'] } } : {}),
      ...settings,
    },
  ]);
  return stringify({
    version: 1,
    images: { api: {} },
    signing: { key: 'cosign.key' },
    freezes: { weekend: [{ cron: '0 16 * * FRI', for: '64h' }] },
    ...given,
    environments: Object.fromEntries(completed),
  });
}
