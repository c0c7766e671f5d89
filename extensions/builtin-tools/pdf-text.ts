import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** What a PDF file says. */
export interface PdfText {
  /** Pages in all. */
  readonly count: number;
  /** The text of the wanted pages. */
  readonly pages: readonly { readonly number: number; readonly text: string }[];
}

/** Milliseconds that reading a file may take. */
const PATIENCE = 30_000;
/** Megabytes that it may take. */
const MEMORY = 512;

/** Runs apart from the program: a file can be made so that reading it takes for ever, or all memory. */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
void (async () => {
  const { getDocumentProxy } = await import(workerData.library);
  const pdf = await getDocumentProxy(workerData.bytes, { verbosity: 0, isEvalSupported: false });
  const pages = [];
  for (let number = workerData.first; number <= Math.min(workerData.last, pdf.numPages); number++) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    pages.push({ number, text: items.map((item) => (item.str ?? '') + (item.hasEOL ? '\\n' : '')).join('') });
  }
  parentPort.postMessage({ count: pdf.numPages, pages });
})().catch((error) => parentPort.postMessage({ problem: String(error?.message ?? error) }));
`;

/** True when the library that reads PDF files is there; a program in one file has none. */
export function canReadPdf(): boolean {
  return library() !== undefined;
}

function library(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    return pathToFileURL(require.resolve('unpdf')).href;
  } catch {
    return undefined; // not installed
  }
}

/**
 * Reads the text of some pages, counted from 1; of none with `last` 0, to count the pages.
 * @throws Error when the file cannot be read, without its name
 */
export async function pdfText(bytes: Uint8Array, first: number, last: number, signal: AbortSignal): Promise<PdfText> {
  signal.throwIfAborted();
  const worker = new Worker(WORKER, {
    eval: true,
    workerData: { library: library(), bytes: new Uint8Array(bytes), first, last },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
    // what the library has to say is not for our output
    stdout: true,
    stderr: true,
    env: {},
  });
  let timer: NodeJS.Timeout | undefined;
  let abort = () => {};
  try {
    return await new Promise<PdfText>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`reading it takes longer than ${PATIENCE / 1000} s`)), PATIENCE);
      abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort);
      worker.on('message', (message: PdfText & { readonly problem?: string }) => {
        if (message.problem === undefined) resolve(message);
        else reject(new Error(message.problem));
      });
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('reading it ended early')));
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}
