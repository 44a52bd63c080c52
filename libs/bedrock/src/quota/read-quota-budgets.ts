import { AppError } from '@manga-assist/foundation';
import type { QuotaBudget } from './quota-ledger.ts';

/** Model ids hold colons and slashes (ARNs) but no equals sign. */
const ENTRY = /^([^=\s]+)=(\d+)\/(\d+)$/;

/**
 * Budgets as configuration says them, each `<model id>=<tokens a minute>/<requests a minute>`. Throws
 * `bedrock.invalid-quota` for anything else, and for a model named twice.
 */
export function readQuotaBudgets(entries: readonly string[]): Readonly<Record<string, QuotaBudget>> {
  const budgets: Record<string, QuotaBudget> = {};
  for (const entry of entries) {
    const [, modelId = '', tokens, requests] = ENTRY.exec(entry) ?? [];
    const budget = { tokensPerMinute: Number(tokens), requestsPerMinute: Number(requests) };
    const isUsable = modelId !== '' && budget.tokensPerMinute > 0 && budget.requestsPerMinute > 0;
    if (!isUsable || modelId in budgets) {
      throw new AppError('invalid', 'bedrock.invalid-quota', `A quota is <model id>=<tokens a minute>/<requests a minute>, once for each model, not "${entry}".`);
    }
    budgets[modelId] = budget;
  }
  return budgets;
}
