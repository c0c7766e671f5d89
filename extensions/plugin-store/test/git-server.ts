import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporary } from './store-program.ts';

/** Real repositories behind git's own HTTP server, under the names that they would have at GitHub. */
export interface GitServer {
  readonly url: string;
  /** For the program: GitHub is this server. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes a commit of everything in a folder; gives its id. */
  commit(repo: string, folder: string, tag?: string): string;
  /** All further requests fail. */
  stop(): void;
}

export async function gitServer(): Promise<GitServer> {
  const root = await temporary();
  const config = join(root, 'config');
  let stopped = false;
  const server = createServer((request, response) => {
    if (stopped) {
      response.writeHead(503).end();
      return;
    }
    const [path = '', query = ''] = request.url!.split('?');
    const cgi = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: decodeURIComponent(path),
        QUERY_STRING: query,
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_ADDR: '127.0.0.1',
        GIT_CONFIG_GLOBAL: config,
        HOME: root,
      },
    });
    request.pipe(cgi.stdin);
    cgi.stdin.on('error', () => {}); // it may have answered already
    const chunks: Buffer[] = [];
    cgi.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    cgi.on('close', () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf('\r\n\r\n');
      const headers = answer.subarray(0, Math.max(0, end)).toString().split('\r\n');
      let status = 200;
      for (const line of headers) {
        const [name = '', value = ''] = line.split(': ');
        if (name === 'Status') status = Number(value.split(' ')[0]);
        else if (name !== '') response.setHeader(name, value);
      }
      response.writeHead(status).end(answer.subarray(end + 4));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(
    config,
    `[user]\n name = t\n email = t@t\n[init]\n defaultBranch = main\n[uploadpack]\n allowFilter = true\n allowAnySHA1InWant = true\n[url "${url}/"]\n insteadOf = https://github.com/\n[safe]\n directory = *\n`,
  );
  const env = { PATH: process.env.PATH!, GIT_CONFIG_GLOBAL: config, GIT_CONFIG_NOSYSTEM: '1', HOME: root };
  return {
    url,
    env: { GIT_CONFIG_GLOBAL: config, GIT_CONFIG_NOSYSTEM: '1' },
    commit(repo, folder, tag) {
      const bare = join(root, `${repo}.git`);
      const git = (...args: string[]) =>
        execFileSync('git', ['--git-dir', bare, '--work-tree', folder, ...args], { env, stdio: 'pipe' })
          .toString()
          .trim();
      try {
        git('rev-parse', '--git-dir');
      } catch {
        mkdirSync(bare, { recursive: true });
        execFileSync('git', ['init', '-q', '--bare', bare], { env });
        git('config', 'core.bare', 'false');
      }
      git('add', '-A', '-f', '.');
      git('commit', '-q', '--allow-empty', '-m', 'change');
      if (tag !== undefined) git('tag', '-f', tag);
      return git('rev-parse', 'HEAD');
    },
    stop() {
      stopped = true;
    },
  };
}
