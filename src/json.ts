/** An object of an event, with fields of any type. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is an object other than an array. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value's own property. A polluted `Object.prototype` adds none, and what is not an object has none. */
export function ownProperty(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Fields)[name];
}

/**
 * A copy of an object's own properties, without a prototype, so that a polluted `Object.prototype` adds none. It is empty for
 * what is not an object.
 */
export function ownFields(value: unknown): Fields {
  return Object.assign(Object.create(null), isObject(value) ? value : {});
}

/** A string; undefined for anything else. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

export function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isString);
}

/** The value of JSON text; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
