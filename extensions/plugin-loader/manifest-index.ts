import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Manifest } from 'tenon/plugin-api';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { isCodeFile, manifestFiles, type NativeExtension } from 'tenon/plugin-api/lib/native-manifest';
import { sourcesOf, stampOf } from './source-files.ts';

/** Grows with every change of what is kept. */
const FORMAT = 1;

type KnownNative = NativeExtension & { readonly manifest: Manifest };
interface Kept {
  readonly stamp: string;
  readonly native: KnownNative;
}

/**
 * The manifests of earlier runs by path, each as long as the files that it was read from are the same ones: a start with
 * fifty extensions reads one file, and a manifest that stands in code is had without running it.
 */
export class ManifestIndex {
  readonly #file: string;
  readonly #kept: Map<string, Kept>;
  #changed = false;

  constructor(file: string) {
    this.#file = file;
    this.#kept = read(file);
  }

  /** What is known of a path, when it still holds. */
  get(path: string): KnownNative | undefined {
    const kept = this.#kept.get(path);
    return kept !== undefined && kept.stamp === stampFor(kept.native) ? kept.native : undefined;
  }

  /** The manifest that a path had when it was last read, whether it holds still or not. */
  last(path: string): Manifest | undefined {
    return this.#kept.get(path)?.native.manifest;
  }

  put(native: KnownNative): void {
    this.#kept.set(native.path, { stamp: stampFor(native), native });
    this.#changed = true;
  }

  /** Forgets what is not among `paths`, and writes the file when something is another than before. */
  async save(paths: readonly string[]): Promise<void> {
    const wanted = new Set(paths);
    for (const path of this.#kept.keys()) {
      if (!wanted.has(path)) this.#changed = this.#kept.delete(path);
    }
    if (!this.#changed) return;
    this.#changed = false;
    makeFolder(dirname(this.#file), 0o700);
    await atomicWrite(this.#file, JSON.stringify({ format: FORMAT, kept: [...this.#kept] }), 0o600);
  }
}

function stampFor({ path, main, source }: NativeExtension): string {
  // a manifest in code may come from any of its files
  return stampOf(source === main && !isCodeFile(path) ? sourcesOf(path).files : [...manifestFiles(path), main]);
}

function read(file: string): Map<string, Kept> {
  try {
    const { format, kept } = JSON.parse(readFileSync(file, 'utf8')) as { format: unknown; kept: [string, Kept][] };
    return format === FORMAT ? new Map(kept) : new Map();
  } catch {
    return new Map(); // absent or damaged: everything is read again
  }
}
