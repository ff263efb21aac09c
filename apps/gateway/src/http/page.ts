/**
 * The built page. Its files are listed and read once; a request is looked up in that list and never becomes a path of the
 * file system, so nothing beside the page can be asked for.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { limits, times } from '../limits.ts';
import type { Answer } from './answer.ts';

interface PageFile {
  readonly type: string;
  readonly immutable: boolean;
  readonly plain: Buffer;
  readonly zipped: Buffer | undefined;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** Compressed already, or too small to win anything. */
const stored = new Set(['.png', '.jpg', '.webp', '.woff2']);
const ZIP_FROM_BYTES = 1_024;

const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const notBuilt =
  'The page is not built yet: run npm start (it builds the page), or npm run build -w apps/web. The APIs work already: /api/health, /graphql.\n';

export class Page {
  readonly #directory: string;
  readonly #now: () => number;
  #files = new Map<string, PageFile>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(directory: string, now: () => number) {
    this.#directory = directory;
    this.#now = now;
  }

  /** `path` is decoded and begins with a slash. undefined: there is no such file, and it is no view of the page. */
  answer(path: string, acceptsGzip: boolean): Answer | undefined {
    this.#look(path);
    const file = this.#files.get(path === '/' ? '/index.html' : path);
    if (file) return fileAnswer(file, acceptsGzip);
    // A path without an extension is a view of the page; a file that is missing is missing.
    if (extname(path) !== '') return undefined;
    const index = this.#files.get('/index.html');
    if (index) return fileAnswer(index, acceptsGzip);
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '2' };
    return { status: 503, headers, body: notBuilt };
  }

  /** Lists the files anew when one is missing (the page is built while we run) or index.html has changed. */
  #look(path: string): void {
    const nowMs = this.#now();
    const known = this.#files.has(path === '/' ? '/index.html' : path);
    if ((known && path !== '/') || nowMs - this.#lookedAtMs < times.pageRescanMs) return;
    this.#lookedAtMs = nowMs;
    this.#files = readPage(this.#directory);
  }
}

function fileAnswer(file: PageFile, acceptsGzip: boolean): Answer {
  const zipped = acceptsGzip ? file.zipped : undefined;
  return {
    status: 200,
    headers: {
      'content-type': file.type,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      ...(zipped && { 'content-encoding': 'gzip' }),
      ...(file.type.startsWith('text/html') && { 'content-security-policy': contentSecurityPolicy }),
    },
    body: zipped ?? file.plain,
  };
}

function readPage(directory: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  let entries: { isFile(): boolean; name: string; parentPath: string }[];
  try {
    entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  } catch {
    return files;
  }
  for (const entry of entries) {
    // A link is no file here: it could lead out of the page.
    if (!entry.isFile() || files.size >= limits.pageFiles) continue;
    const path = join(entry.parentPath, entry.name);
    try {
      if (statSync(path).size > limits.pageFileBytes) continue;
      const name = `/${relative(directory, path).split(sep).join('/')}`;
      files.set(name, pageFile(name, readFileSync(path)));
    } catch {
      // It went away while the page is built anew; the next look finds its successor.
    }
  }
  return files;
}

function pageFile(name: string, plain: Buffer): PageFile {
  const extension = extname(name).toLowerCase();
  const worthZipping = plain.length >= ZIP_FROM_BYTES && !stored.has(extension);
  return {
    type: types[extension] ?? 'application/octet-stream',
    // Vite puts a hash of the content into the names of assets.
    immutable: name.startsWith('/assets/'),
    plain,
    zipped: worthZipping ? gzipSync(plain) : undefined,
  };
}
