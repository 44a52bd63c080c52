import type { FaultBook } from '../faults/fault-book.ts';
import { FAULT_KINDS, FaultError, parseFault } from '../faults/fault.ts';
import type { BatchJobs } from '../batch/batch-jobs.ts';
import type { PromptCache } from '../caching/prompt-cache.ts';
import type { QuotaBook } from '../quotas/quota-book.ts';
import type { Exchange } from '../server/exchange.ts';
import type { LocalSettings } from '../settings.ts';
import type { CallLog } from './call-log.ts';
import { AdminProblem, changeMode, changePacing, changeQuotas, shownPacing, shownQuotas } from './change-settings.ts';

export interface AdminParts {
  faults: FaultBook;
  log: CallLog;
  jobs: BatchJobs;
  quotas: QuotaBook;
  promptCache: PromptCache;
  settings: LocalSettings;
  /** State of the server as a whole. */
  health: () => Record<string, unknown>;
  connectionsOpened: () => number;
  resetConnections: () => void;
}

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
    if (isForeign(exchange)) return send(exchange, 403, { message: 'no page of another origin may use the admin API' });
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
    const { faults, log, jobs, settings } = this.parts;
    switch (route) {
      case 'POST /_admin/faults':
        return shown(faults.add(parseFault(body)));
      case 'GET /_admin/faults':
        return { faults: faults.list().map(shown) };
      case 'DELETE /_admin/faults':
        faults.clear();
        return { faults: [] };
      case 'GET /_admin/pacing':
        return shownPacing(settings);
      case 'POST /_admin/pacing':
        changePacing(settings, body);
        return shownPacing(settings);
      case 'GET /_admin/quotas':
        return { ...shownQuotas(settings), used: this.parts.quotas.used() };
      case 'POST /_admin/quotas':
        changeQuotas(settings, body);
        return shownQuotas(settings);
      case 'GET /_admin/mode':
        return { mode: settings.mode };
      case 'POST /_admin/mode':
        changeMode(settings, body);
        return { mode: settings.mode };
      case 'POST /_admin/reset':
        return this.reset();
      case 'GET /_admin/calls':
        return { total: log.total, in_flight: log.inFlight, connections_opened: this.parts.connectionsOpened(), calls: log.list() };
      case 'GET /_admin/fault-kinds':
        return { kinds: FAULT_KINDS };
      case 'GET /_admin/jobs':
        return { jobs: jobs.all().map((job) => ({ ...job.shown(), history: job.history })) };
      case 'GET /_admin/health':
        return this.parts.health();
      default:
        return undefined;
    }
  }

  /** Back to the state after start; open connections stay open, their count starts at 0 again. */
  private reset(): Record<string, unknown> {
    this.parts.faults.clear();
    this.parts.log.clear();
    this.parts.jobs.clear();
    this.parts.quotas.clear();
    this.parts.promptCache.clear();
    this.parts.resetConnections();
    Object.assign(this.parts.settings, structuredClone(this.initialSettings));
    return { status: 'reset' };
  }
}

/** A page that a browser has open elsewhere must not plan faults here. */
function isForeign(exchange: Exchange): boolean {
  const origin = exchange.header('origin');
  return origin !== undefined && origin !== `http://${exchange.header('host') ?? exchange.header(':authority') ?? ''}`;
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
