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
  /** What is wrong with an item, in words for its author: `api.add` refuses it with them. Default: nothing ever is. */
  readonly problem?: (item: T) => string | undefined;
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
  problem?: (item: T) => string | undefined,
): Point<T> {
  return { id, name, qualify, ...(problem !== undefined && { problem }) };
}
