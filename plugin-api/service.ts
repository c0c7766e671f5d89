/** `noun@major`: services are compared by this string, so two copies of the plugin API are harmless. */
export type ServiceId = `${string}@${number}`;

/** A typed name of a service. */
export interface Service<T> {
  readonly id: ServiceId;
  readonly _type?: T;
}

/** A typed name of a list that many extensions contribute to. */
export interface Point<T> {
  readonly id: string;
  /** The name of an item within the point. */
  readonly name: (item: T) => string;
  /** The name an item gets when its own is taken; default: `owner.name`. */
  readonly qualify: (owner: string, name: string) => string;
}

/** Makes the token of a service. */
export function service<T>(id: ServiceId): Service<T> {
  return { id };
}

/** Makes the token of a point. */
export function point<T>(
  id: string,
  name: (item: T) => string,
  qualify: (owner: string, name: string) => string = (owner, taken) => `${owner}.${taken}`,
): Point<T> {
  return { id, name, qualify };
}
