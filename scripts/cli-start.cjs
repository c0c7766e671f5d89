#!/usr/bin/env node
// The first file of the program, dist/tenon.cjs: it loads the chunks. They are scripts and not modules, so that what V8
// compiled of them can be kept for the next run: that halves the time to an answer, and Node itself keeps nothing before
// version 22. It is no module either, because to start its loader of modules costs Node more than `--version` costs us.
// The build fills in the name of the first chunk.
'use strict';

const fs = process.getBuiltinModule('node:fs');
const { isAbsolute, join } = process.getBuiltinModule('node:path');
const { Script } = process.getBuiltinModule('node:vm');

/** Seconds after which a run has compiled what starts have in common, and what it compiles is its own affair. */
const START = 30;
/** Milliseconds that compiled code is kept for a program that does not come again. */
const UNUSED = 30 * 24 * 60 * 60 * 1_000;

const folder = join(__dirname, 'chunks');
const chunks = new Map();
const cache = cacheFolder();
const kept = cache && `${cache}/tenon/compile`;
let node;

/** In the user's own folder: in a shared one another user of the machine could plant compiled code. */
function cacheFolder() {
  const { HOME, NODE_DISABLE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
  const folder = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
  return folder && isAbsolute(folder) && !NODE_DISABLE_COMPILE_CACHE ? folder : undefined;
}

/** Names of chunks hold a hash of what is in them. What another build of Node compiled may make this one crash. */
function keptAs(name) {
  node ??= fs.statSync(process.execPath);
  return `${kept}/${name}-${process.version}-${node.size.toString(36)}-${Math.trunc(node.mtimeMs).toString(36)}`;
}

/** What an earlier run compiled. */
function compiled(name) {
  if (kept === undefined) return undefined;
  let file;
  try {
    file = fs.openSync(keptAs(name));
    const { uid, mode } = fs.fstatSync(file);
    // a file that others can write could hold anything; with sudo the home folder may be theirs
    const own = process.geteuid === undefined || (uid === process.geteuid() && (mode & 0o022) === 0);
    return own ? fs.readFileSync(file) : undefined;
  } catch {
    return undefined; // nothing was kept yet
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

function load(name) {
  const known = chunks.get(name);
  if (known !== undefined) return known.exports;
  const cachedData = compiled(name);
  const filename = join(folder, name);
  const script = new Script(fs.readFileSync(filename, 'latin1'), { filename, cachedData });
  const lacks = cachedData === undefined || script.cachedDataRejected === true;
  const exports = {};
  chunks.set(name, { exports, script, lacks });
  try {
    script.runInThisContext()(exports, requireChunk, importModule, filename, folder);
  } catch (error) {
    // half of it would be worse than nothing: the next one who wants it is told the same
    chunks.delete(name);
    throw error;
  }
  return exports;
}

function requireChunk(id) {
  if (id.startsWith('./')) return load(id.slice(2));
  return id.startsWith('node:') ? process.getBuiltinModule(id) : require(id);
}
requireChunk.cache = require.cache;
requireChunk.resolve = require.resolve;

/** For what is no chunk: packages that are not in the bundle, and files of users. */
function importModule(id) {
  return import(id);
}

/** V8 checks no more than the length of what it is given: a file is there as a whole, or not at all. */
function write(path, data) {
  const draft = `${path}.${process.pid}`;
  try {
    fs.writeFileSync(draft, data, { mode: 0o600 });
    fs.renameSync(draft, path);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Keeps what was compiled: at a start that lacked something all of it, because it may have compiled more of every chunk. */
function keep() {
  const lacking = [...chunks].filter(([, { lacks }]) => lacks);
  if (lacking.length === 0) return;
  try {
    for (const folder of [cache, `${cache}/tenon`, kept]) if (!fs.existsSync(folder)) fs.mkdirSync(folder, 0o700);
    for (const [name, chunk] of process.uptime() < START ? chunks : lacking) {
      write(keptAs(name), chunk.script.createCachedData());
      chunk.lacks = false;
    }
    for (const name of fs.readdirSync(kept)) {
      if (fs.statSync(`${kept}/${name}`).mtimeMs < Date.now() - UNUSED) fs.unlinkSync(`${kept}/${name}`);
    }
  } catch {
    // a folder that cannot be written, or another process cleared it just now: the next run compiles again
  }
}

load('%FIRST%');
if (kept !== undefined) {
  process.on('exit', keep);
  // V8 throws compiled code away that is not used for long, so a run that stays does not wait for its end
  setTimeout(keep, (START * 1_000) / 2).unref();
}
