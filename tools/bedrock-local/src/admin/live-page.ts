import { readFileSync } from 'node:fs';
import type { Exchange } from '../server/exchange.ts';

const FILES: Readonly<Record<string, { name: string; type: string }>> = {
  '/_admin': { name: 'page.html', type: 'text/html; charset=utf-8' },
  '/_admin/': { name: 'page.html', type: 'text/html; charset=utf-8' },
  '/_admin/page.js': { name: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/_admin/page.css': { name: 'page.css', type: 'text/css; charset=utf-8' },
};
/** Everything comes from this server, and no other page may frame it. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Answers requests for the live page; false for every other path. */
export function serveLivePage(exchange: Exchange): boolean {
  const file = exchange.method === 'GET' ? FILES[exchange.path] : undefined;
  if (!file) return false;
  const headers = { 'content-type': file.type, 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' };
  exchange.reply(200, headers, readFileSync(new URL(`./${file.name}`, import.meta.url)));
  return true;
}
