import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.ts';
import { isObject } from '../../src/environments/diagnostics/is-object.ts';
import { unsupportedIssues } from '../../src/environments/diagnostics/unsupported.ts';
import { environmentsJsonSchema } from '../../src/environments/schema/json-schema.ts';

/** The pages that are made from the commands and from the schema, by their names under `docs/reference/`. */
export function referencePages(): ReadonlyMap<string, string> {
  const nothing = { write: () => undefined };
  const io = { cwd: '/', env: {}, stdout: nothing, stderr: nothing, signal: new AbortController().signal };
  const { commands } = createProgram(
    io,
    () => undefined,
    async () => 0,
  );
  const changing = commands.filter(command => CHANGING.includes(command.name()));
  const imaging = commands.filter(command => IMAGING.includes(command.name()));
  const others = commands.filter(command => !changing.includes(command) && !imaging.includes(command));
  const keys = keysOf(environmentsJsonSchema()).filter(isAvailable);
  const isEnvironment = ({ path }: Key) => path.startsWith(ENVIRONMENT);
  const isGate = ({ path }: Key) => path.startsWith(GATES);
  const isEvidence = ({ path }: Key) => EVIDENCE.test(path.slice(GATES.length)) && path.startsWith(GATES);
  const isApproval = ({ path }: Key) => APPROVALS.test(path);
  return new Map([
    ['options.md', optionsPage('Options: look and set up', others)],
    ['options-change.md', optionsPage('Options: promote and change', changing)],
    ['options-images.md', optionsPage('Options: images and trust', imaging)],
    [
      'keys.md',
      keysPage(
        'Every key',
        keys.filter(key => !isEnvironment(key)),
      ),
    ],
    [
      'keys-environments.md',
      keysPage(
        'Keys of an environment',
        keys.filter(key => isEnvironment(key) && !isGate(key) && !isApproval(key)),
        ENVIRONMENT,
      ),
    ],
    ['keys-approvals.md', keysPage('Keys of approvals', keys.filter(isApproval), ENVIRONMENT)],
    [
      'keys-gates.md',
      keysPage(
        'Keys of the gates',
        keys.filter(key => isGate(key) && !isApproval(key) && !isEvidence(key)),
        ENVIRONMENT,
      ),
    ],
    ['keys-evidence.md', keysPage('Keys of gates on evidence', keys.filter(isEvidence), ENVIRONMENT)],
  ]);
}

/** What the keys of an environment begin with. */
const ENVIRONMENT = 'environments.*.';

/** What the keys of its gates begin with. */
const GATES = `${ENVIRONMENT}gates.`;

/** Gates that judge what is attached to an image or reported of it, whose keys have a page of their own. */
const EVIDENCE = /^(?:checks|provenance|vulnerabilities)\b/;
/** The keys of who approves, in both places. */
const APPROVALS = /^environments\.\*\.(?:gates|rollback)\.approval\b/;

/** Commands whose options have a page of their own, so that no page is long. */
const CHANGING: readonly string[] = [
  'plan',
  'apply',
  'approve',
  'rollback',
  'hold',
  'lift',
  'refresh',
  'rebuild',
  'mirror',
];

/** Commands about images, their evidence, and what clusters make of both. */
const IMAGING: readonly string[] = [
  'verify',
  'custody',
  'inspect',
  'copy',
  'index',
  'sign',
  'report',
  'keep',
  'policy',
  'running',
  'vulnerabilities',
  'pull-secret',
];

function optionsPage(title: string, commands: readonly Command[]): string {
  const sections = commands.map(command => {
    const options = command.createHelp().visibleOptions(command);
    const rows = options.map(({ flags, description, defaultValue, argChoices }) => {
      const values = argChoices === undefined ? '' : ` (${argChoices.join(', ')})`;
      const shown = ['string', 'number'].includes(typeof defaultValue)
        ? ` Default: \`${defaultValue}\`.`
        : '';
      return `| ${cell(`\`${flags}\``)} | ${cell(`${description}${values}.${shown}`)} |`;
    });
    const usage = `promote ${command.name()} ${command.usage()}`;
    const head = [`## ${command.name()}`, '', sentence(command.description()), '', `\`${usage}\``];
    return [...head, '', '| option | meaning |', '|---|---|', ...rows].join('\n');
  });
  return [
    `# ${title}`,
    'These are the options that each command prints with `--help`.',
    ...sections,
    '',
  ].join('\n\n');
}

interface Key {
  readonly path: string;
  readonly type: string;
  readonly description: string;
}

function keysPage(title: string, keys: readonly Key[], below = ''): string {
  const rows = keys.map(
    ({ path, type, description }) =>
      `| ${cell(`\`${path.slice(below.length)}\``)} | ${cell(type)} | ${cell(description)} |`,
  );
  const where = below === '' ? 'the environments file' : `one environment: \`${below}\``;
  const about = `These are the keys of ${where}. A star stands for a name of yours, and \`[]\` for each entry of a list. Keys that this version does not support yet are left out.`;
  return [`# ${title}`, '', about, '', '| key | type | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

/** Every key of a schema, parents first; a key that has several shapes is listed once. */
function keysOf(schema: unknown, path = ''): readonly Key[] {
  if (!isObject(schema)) return [];
  const { properties, additionalProperties, items, anyOf } = schema;
  const named = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, value]) => {
    const own = path === '' ? name : `${path}.${name}`;
    return [{ path: own, type: typeOf(value), description: descriptionOf(value) }, ...keysOf(value, own)];
  });
  const all = [
    ...named,
    ...(isObject(additionalProperties) ? keysOf(additionalProperties, `${path}.*`) : []),
    ...(isObject(items) ? keysOf(items, `${path}[]`) : []),
    ...(Array.isArray(anyOf) ? anyOf.flatMap(shape => keysOf(shape, path)) : []),
  ];
  return [...new Map(all.toReversed().map(key => [key.path, key])).values()].toReversed();
}

/** Whether this version supports a key that its schema knows. */
function isAvailable({ path }: Key): boolean {
  const segments = path.replaceAll('[]', '.0').split('.');
  const nested = segments.reduceRight<unknown>(
    (value, name) => (name === '0' ? [value] : { [name]: value }),
    'digest',
  );
  return unsupportedIssues(nested).length === 0;
}

function typeOf(schema: unknown): string {
  if (!isObject(schema)) return '';
  const { type, anyOf, items } = schema;
  if (Array.isArray(schema.enum)) return schema.enum.map(value => `\`${value}\``).join(', ');
  if ('const' in schema) return `\`${schema.const}\``;
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map(typeOf))].join(' or ');
  return type === 'array'
    ? `list of ${typeOf(items)}`
    : type === 'object'
      ? 'mapping'
      : String(type ?? 'any');
}

function descriptionOf(schema: unknown): string {
  return isObject(schema) && typeof schema.description === 'string' ? schema.description : '';
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Text within a table of Markdown, which has no HTML outside of code. */
function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
    .replaceAll(/`[^`]*`|</g, part => (part === '<' ? '&lt;' : part));
}
