/** A shop of two environments, `dev` by direct commits; `production` and `more` are lines of its entry and of the file. */
export function shopFiles(
  host: string,
  { production, more = '' }: { readonly production: readonly string[]; readonly more?: string },
): Readonly<Record<string, string>> {
  const values = (environment: string) =>
    `image:\n  repository: ${host}/${environment}/api\n  tag: "0.0.0"\n`;
  return {
    'environments.yaml': `version: 1
images: { api: {} }
${more}
environments:
  dev: { from: build, registry: "${host}/dev", files: ["dev/*.yaml"], commit: direct }
  production:
    from: dev
    registry: "${host}/production"
    files: ["production/*.yaml"]
    ${production.join('\n    ')}
`,
    'dev/api.yaml': values('dev'),
    'production/api.yaml': values('production'),
  };
}
