/** Node's HTTP. On Node 24 an import of the module also evaluates what it exports lazily, which takes long. */
export const http = async () => process.getBuiltinModule?.('node:http') ?? (await import('node:http'));

/** Node's HTTPS; see `http`. */
export const https = async () => process.getBuiltinModule?.('node:https') ?? (await import('node:https'));
