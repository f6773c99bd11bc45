import { z } from 'zod';
import type { Path } from './issue.ts';

/** The keys that a map at the path may have; none if any key is allowed. */
export function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  const objects = schemasAt(schema, path).flatMap(unwrapped);
  return [
    ...new Set(objects.flatMap(object => (object instanceof z.ZodObject ? Object.keys(object.shape) : []))),
  ];
}

/** The schema's description of the value at the path. */
export function descriptionAt(schema: z.core.$ZodType, path: Path): string | undefined {
  return schemasAt(schema, path)
    .map(found => z.globalRegistry.get(found)?.description)
    .find(description => description !== undefined);
}

/** The schemas that can apply to the value at a path: several below a union, none below an unknown key. */
function schemasAt(schema: z.core.$ZodType, path: Path): readonly z.core.$ZodType[] {
  return path.reduce<readonly z.core.$ZodType[]>(
    (found, key) => found.flatMap(unwrapped).flatMap(parent => childOf(parent, key)),
    [schema],
  );
}

function unwrapped(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodExactOptional) return unwrapped(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrapped);
  return [schema];
}

function childOf(schema: z.core.$ZodType, key: PropertyKey): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<PropertyKey, z.core.$ZodType>> = schema.shape;
    const child = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return child ? [child] : [];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodArray) return [schema.element];
  return [];
}
