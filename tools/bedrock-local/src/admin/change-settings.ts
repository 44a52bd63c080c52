import type { Pacing } from '../backends/pacing.ts';
import { asString, isObject, type JsonObject } from '../messages/json.ts';
import type { Quota } from '../quotas/quota-book.ts';
import { MODEL_MODES, type LocalSettings } from '../settings.ts';

/** A body the admin API cannot use; the message says what is allowed. */
export class AdminProblem extends Error {}

export function shownPacing({ pacing, benchmarkTokens, modelPacing }: LocalSettings): JsonObject {
  const shown = ({ ttftMs, tokensPerSecond, latencyMs }: Pacing): JsonObject => ({ ttft_ms: ttftMs, tokens_per_second: tokensPerSecond, latency_ms: latencyMs });
  const models = Object.entries(modelPacing).map(([model, its]) => [model, shown(its)] as const);
  return { ...shown(pacing), benchmark_tokens: benchmarkTokens, ...(models.length > 0 ? { models: Object.fromEntries(models) } : {}) };
}

/** With `model`, any part of a model id, only that model's pace is set. */
export function changePacing(settings: LocalSettings, body: unknown): void {
  const given = fields(body, 'pacing', ['model', 'ttft_ms', 'tokens_per_second', 'latency_ms', 'benchmark_tokens']);
  const model = given['model'] === undefined ? undefined : part(given['model']);
  const current = (model === undefined ? undefined : settings.modelPacing[model]) ?? settings.pacing;
  const pacing = { ttftMs: number(given, 'ttft_ms', current.ttftMs), tokensPerSecond: number(given, 'tokens_per_second', current.tokensPerSecond), latencyMs: number(given, 'latency_ms', current.latencyMs) };
  settings.benchmarkTokens = Math.floor(number(given, 'benchmark_tokens', settings.benchmarkTokens));
  if (model === undefined) settings.pacing = pacing;
  else settings.modelPacing = { ...settings.modelPacing, [model]: pacing };
}

export function shownQuotas({ quotas }: LocalSettings): JsonObject {
  const shown = ({ tokensPerMinute, requestsPerMinute }: Quota): JsonObject => ({ tokens_per_minute: tokensPerMinute, requests_per_minute: requestsPerMinute });
  return { ...shown(quotas), models: Object.fromEntries(Object.entries(quotas.byModel).map(([model, quota]) => [model, shown(quota)])) };
}

/** 0 is no limit; with `model`, any part of a model id, only that model's quota is set. */
export function changeQuotas(settings: LocalSettings, body: unknown): void {
  const given = fields(body, 'quotas', ['model', 'tokens_per_minute', 'requests_per_minute']);
  const { quotas } = settings;
  const model = given['model'] === undefined ? undefined : part(given['model']);
  const current = (model === undefined ? undefined : quotas.byModel[model]) ?? quotas;
  const quota = { tokensPerMinute: number(given, 'tokens_per_minute', current.tokensPerMinute), requestsPerMinute: number(given, 'requests_per_minute', current.requestsPerMinute) };
  settings.quotas = model === undefined ? { ...quotas, ...quota } : { ...quotas, byModel: { ...quotas.byModel, [model]: quota } };
}

export function changeMode(settings: LocalSettings, body: unknown): void {
  const given = fields(body, 'mode', ['mode']);
  const mode = MODEL_MODES.find((known) => known === given['mode']);
  if (!mode) throw new AdminProblem(`mode must be one of: ${MODEL_MODES.join(', ')}`);
  settings.mode = mode;
}

/** The names of the start options are welcome too: ttftMs is ttft_ms. */
function fields(body: unknown, what: string, known: readonly string[]): JsonObject {
  if (!isObject(body)) throw new AdminProblem(`${what} is a JSON object`);
  const given = Object.fromEntries(Object.entries(body).map(([field, value]) => [field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]));
  const unknown = Object.keys(given).filter((field) => !known.includes(field));
  if (unknown.length > 0) throw new AdminProblem(`unknown field ${unknown.join(', ')}; known fields: ${known.join(', ')}`);
  return given;
}

function part(value: unknown): string {
  const model = asString(value);
  if (!model) throw new AdminProblem('model must be part of a model id');
  return model;
}

function number(given: JsonObject, field: string, current: number): number {
  const value = given[field] ?? current;
  if (typeof value !== 'number' || !(value >= 0)) throw new AdminProblem(`${field} must be a number of at least 0`);
  return value;
}
