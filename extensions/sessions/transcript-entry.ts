import type { ContentBlock, PermissionMode } from 'tenon/plugin-api';

/** A conversation line as far as a session is rebuilt from it. */
export interface ChainEntry {
  readonly kind: 'chain';
  readonly uuid: string;
  readonly parent: string | undefined;
  readonly type: string;
  /** The message, on lines that have one for the model. */
  readonly message?: {
    readonly role: 'user' | 'assistant';
    readonly content: string | readonly ContentBlock[];
    /** The id that the lines of one answer share. */
    readonly id?: string;
    /** The request that the answer came from, where its writer knew. */
    readonly requestId?: string;
    readonly model?: string;
  };
  /** Nothing before this line counts. */
  readonly startsOver: boolean;
  readonly isMeta: boolean;
  readonly cwd?: string;
  readonly permissionMode?: PermissionMode;
}

/** What a line says about the session as a whole. */
export interface StateEntry {
  readonly kind: 'state';
  readonly title?: string;
  /** A title that nobody chose: it counts where there is no other. */
  readonly summary?: string;
  readonly permissionMode?: PermissionMode;
  readonly model?: string;
  readonly totalCostUsd?: number;
  /** The id of a call that was put off; it counts while the call has no result. */
  readonly deferredId?: string;
}

type Fields = { readonly [field: string]: unknown };

const sidechain = Buffer.from('"isSidechain":true');

/**
 * Reads one line. `undefined` for lines that are torn, of an unknown type, or of a subagent.
 * @param agent it is the transcript of a subagent: its lines count
 */
export function transcriptEntry(line: Buffer, agent = false): ChainEntry | StateEntry | undefined {
  // subagent lines can be long and many, and the mark stands near their start
  if (!agent && line.subarray(0, 200).includes(sidechain)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line.toString());
  } catch {
    return undefined; // torn when its writer was killed
  }
  if (!isFields(value) || typeof value.type !== 'string') return undefined;
  if (typeof value.uuid === 'string' && 'parentUuid' in value) return chainEntry(value, value.uuid, value.type, agent);
  return stateEntry(value, value.type);
}

function chainEntry(value: Fields, uuid: string, type: string, agent: boolean): ChainEntry | undefined {
  if (value.isSidechain === true && !agent) return undefined;
  const { message, cwd, permissionMode } = value;
  return {
    kind: 'chain',
    uuid,
    type,
    parent: text(value.parentUuid),
    ...(isFields(message) && value.isApiErrorMessage !== true ? messageOf(type, message, value.requestId) : {}),
    startsOver: value.isCompactSummary === true || (type === 'system' && value.subtype === 'compact_boundary'),
    isMeta: value.isMeta === true,
    ...(typeof cwd === 'string' ? { cwd } : {}),
    ...(typeof permissionMode === 'string' ? { permissionMode: permissionMode as PermissionMode } : {}),
  };
}

function messageOf(type: string, message: Fields, requestId: unknown): Pick<ChainEntry, 'message'> {
  const { content, id, model } = message;
  if ((type !== 'user' && type !== 'assistant') || message.role !== type) return {};
  if (typeof content !== 'string' && !(Array.isArray(content) && content.every(isBlock))) return {};
  return {
    message: {
      role: type,
      content,
      ...(typeof id === 'string' ? { id } : {}),
      ...(typeof requestId === 'string' ? { requestId } : {}),
      ...(typeof model === 'string' ? { model } : {}),
    },
  };
}

function stateEntry(value: Fields, type: string): StateEntry | undefined {
  switch (type) {
    case 'custom-title':
      return typeof value.customTitle === 'string' ? { kind: 'state', title: value.customTitle } : undefined;
    case 'ai-title':
      return typeof value.aiTitle === 'string' ? { kind: 'state', summary: value.aiTitle } : undefined;
    case 'summary':
      return typeof value.summary === 'string' ? { kind: 'state', summary: value.summary } : undefined;
    case 'permission-mode':
      return typeof value.permissionMode === 'string'
        ? { kind: 'state', permissionMode: value.permissionMode as PermissionMode }
        : undefined;
    case 'model':
      return typeof value.model === 'string' ? { kind: 'state', model: value.model } : undefined;
    case 'deferred-tool-use':
      return typeof value.id === 'string' ? { kind: 'state', deferredId: value.id } : undefined;
    case 'cost-state':
      return typeof value.totalCostUSD === 'number' ? { kind: 'state', totalCostUsd: value.totalCostUSD } : undefined;
    default:
      return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function isBlock(value: unknown): value is ContentBlock {
  return isFields(value) && typeof value.type === 'string';
}
function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
