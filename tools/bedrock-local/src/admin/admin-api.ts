import type { FaultBook } from '../faults/fault-book.ts';
import { FaultError, parseFault } from '../faults/fault.ts';
import { isObject } from '../messages/json.ts';
import type { Exchange } from '../server/exchange.ts';
import type { LocalSettings } from '../settings.ts';
import type { CallLog } from './call-log.ts';

export interface AdminParts {
  faults: FaultBook;
  log: CallLog;
  settings: LocalSettings;
  /** State of the server as a whole. */
  health: () => Record<string, unknown>;
  connectionsOpened: () => number;
  resetConnections: () => void;
}

class AdminProblem extends Error {}

/** JSON under /_admin: faults to come, pacing, and what has been called. */
export class AdminApi {
  private readonly parts: AdminParts;
  private readonly initialSettings: LocalSettings;

  constructor(parts: AdminParts) {
    this.parts = parts;
    this.initialSettings = structuredClone(parts.settings);
  }

  async handle(exchange: Exchange): Promise<void> {
    const route = `${exchange.method} ${exchange.path}`;
    try {
      const body = exchange.method === 'POST' ? parse(await exchange.readBody()) : undefined;
      const reply = this.answer(route, body);
      if (reply === undefined) return send(exchange, 404, { message: `no admin route ${route}` });
      send(exchange, 200, reply);
    } catch (error) {
      if (!(error instanceof AdminProblem) && !(error instanceof FaultError)) throw error;
      send(exchange, 400, { message: error.message });
    }
  }

  private answer(route: string, body: unknown): unknown {
    const { faults, log } = this.parts;
    switch (route) {
      case 'POST /_admin/faults':
        return shown(faults.add(parseFault(body)));
      case 'GET /_admin/faults':
        return { faults: faults.list().map(shown) };
      case 'DELETE /_admin/faults':
        faults.clear();
        return { faults: [] };
      case 'GET /_admin/pacing':
        return this.pacing();
      case 'POST /_admin/pacing':
        return this.setPacing(body);
      case 'POST /_admin/reset':
        return this.reset();
      case 'GET /_admin/calls':
        return { total: log.total, in_flight: log.inFlight, connections_opened: this.parts.connectionsOpened(), calls: log.list() };
      case 'GET /_admin/health':
        return this.parts.health();
      default:
        return undefined;
    }
  }

  private pacing(): Record<string, number> {
    const { pacing, benchmarkTokens } = this.parts.settings;
    return { ttft_ms: pacing.ttftMs, tokens_per_second: pacing.tokensPerSecond, benchmark_tokens: benchmarkTokens };
  }

  private setPacing(body: unknown): Record<string, number> {
    if (!isObject(body)) throw new AdminProblem('pacing is a JSON object');
    const known = ['ttft_ms', 'tokens_per_second', 'benchmark_tokens'];
    const given = Object.fromEntries(Object.entries(body).map(([field, value]) => [snakeCase(field), value]));
    const unknown = Object.keys(given).filter((field) => !known.includes(field));
    if (unknown.length > 0) throw new AdminProblem(`unknown field ${unknown.join(', ')}; known fields: ${known.join(', ')}`);
    const number = (field: string, current: number): number => {
      const value = given[field] ?? current;
      if (typeof value !== 'number' || !(value >= 0)) throw new AdminProblem(`${field} must be a number of at least 0`);
      return value;
    };
    const { settings } = this.parts;
    const pacing = { ttftMs: number('ttft_ms', settings.pacing.ttftMs), tokensPerSecond: number('tokens_per_second', settings.pacing.tokensPerSecond) };
    settings.benchmarkTokens = Math.floor(number('benchmark_tokens', settings.benchmarkTokens));
    settings.pacing = pacing;
    return this.pacing();
  }

  /** Back to the state after start; open connections stay open, their count starts at 0 again. */
  private reset(): Record<string, unknown> {
    this.parts.faults.clear();
    this.parts.log.clear();
    this.parts.resetConnections();
    Object.assign(this.parts.settings, structuredClone(this.initialSettings));
    return { status: 'reset' };
  }
}

/** The names of the start options are welcome too: ttftMs is ttft_ms. */
function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function shown(fault: object): object {
  // JSON has no Infinity.
  return { ...fault, times: (fault as { times: number }).times === Infinity ? 'forever' : (fault as { times: number }).times };
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AdminProblem('the body is not JSON');
  }
}

function send(exchange: Exchange, status: number, body: unknown): void {
  exchange.reply(status, { 'content-type': 'application/json' }, `${JSON.stringify(body)}\n`);
}
