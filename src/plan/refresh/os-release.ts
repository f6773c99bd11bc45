/**
 * The name and version of an operating system by its `os-release`, as people call it: `Alpine Linux v3.19 (3.19.1)`;
 * `undefined` where it has no name. https://www.freedesktop.org/software/systemd/man/latest/os-release.html
 */
export function osRelease(text: string): string | undefined {
  const fields = new Map(text.split('\n').flatMap(readField));
  const version = fields.get('VERSION_ID') ?? fields.get('BUILD_ID') ?? '';
  const name = fields.get('PRETTY_NAME') ?? fields.get('NAME');
  if (name === undefined || name === '') return undefined;
  return name.includes(version) ? name : `${name} (${version})`;
}

function readField(line: string): readonly (readonly [string, string])[] {
  const [, name, quoted] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trimEnd()) ?? [];
  if (name === undefined || quoted === undefined) return [];
  const value = /^(["'])(.*)\1$/.exec(quoted)?.[2] ?? quoted;
  return [[name, value.replace(/\\(["'$`\\])/g, '$1')]];
}
