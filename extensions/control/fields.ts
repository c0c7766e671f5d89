/** The fields of an object of unknown shape. */
export type Fields = { readonly [field: string]: unknown };

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The texts of a list; `undefined` when it is no list of texts. */
export function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}

/** The text of a field. @throws Error naming the field when it is none, or empty */
export function textField(request: Fields, field: string): string {
  const value = request[field];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new Error(`${field}: expected a text, got ${value === undefined ? 'nothing' : JSON.stringify(value)}`);
}
