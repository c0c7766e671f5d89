type Env = Readonly<Record<string, string | undefined>>;

/**
 * An environment that can be covered by other variables: `env` and `layEnv` of a `Host`. As long as nothing is put over
 * it, `env` is `base` itself; a covered one is a copy that is made once for each covering.
 */
export function layeredEnv(base: Env): { env(): Env; lay(variables: Readonly<Record<string, string>>): void } {
  let covered: Env | undefined;
  return {
    env: () => covered ?? base,
    lay(variables) {
      covered = Object.keys(variables).length === 0 ? undefined : cover(base, variables);
    },
  };
}

function cover(base: Env, variables: Readonly<Record<string, string>>): Env {
  if (process.platform !== 'win32') return Object.freeze({ ...base, ...variables });
  // names of variables have no case there: a copy must not hold `Path` beside `PATH`, nor lose one of them
  const upper: Record<string, string | undefined> = {};
  for (const one of [base, variables]) {
    for (const [name, value] of Object.entries(one)) upper[name.toUpperCase()] = value;
  }
  return new Proxy(Object.freeze(upper), {
    get: (target, name) => (typeof name === 'string' ? target[name.toUpperCase()] : undefined),
  });
}
