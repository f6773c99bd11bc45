/** Whether the value is a map as YAML and JSON know them: neither a list nor null. */
export function isObject(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
