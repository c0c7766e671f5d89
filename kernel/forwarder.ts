/**
 * An object that looks everything up in `value()` at the moment of use. Methods run on the value itself, so that its
 * private fields work, and keep their identity from one look-up to the next.
 * @param fixed properties that the forwarder answers itself
 */
export function forwarder(value: () => object, fixed: Readonly<Record<string, unknown>> = {}): object {
  const methods = new Map<PropertyKey, (...args: unknown[]) => unknown>();
  const target = () => value() as Record<PropertyKey, unknown>;
  return new Proxy(Object.create(null) as object, {
    get: (_shell, key) => {
      if (typeof key === 'string' && Object.hasOwn(fixed, key)) return fixed[key];
      const member = target()[key];
      if (typeof member !== 'function') return member;
      let method = methods.get(key);
      if (method === undefined) {
        method = (...args) => {
          const now = target();
          return (now[key] as (...args: unknown[]) => unknown).apply(now, args);
        };
        methods.set(key, method);
      }
      return method;
    },
    set: (_shell, key) => {
      throw new TypeError(`${String(key)} is read-only`);
    },
    has: (_shell, key) => key in target(),
    ownKeys: () => Reflect.ownKeys(target()),
    getOwnPropertyDescriptor: (_shell, key) => {
      const found = Reflect.getOwnPropertyDescriptor(target(), key);
      return found === undefined ? undefined : { ...found, configurable: true };
    },
  });
}
