import type { StoredTurn } from '../conversation-store.ts';

/** A finished turn; name what matters to the test. */
export function aTurn(fields: Partial<StoredTurn> = {}): StoredTurn {
  return {
    turnId: 'trn_01ARZ3NDEKTSV4RRFFQ69G5FA1',
    clientMessageId: '6f1c1f0e-8d3b-4f39-9f63-0d6a3f0a9c11',
    atMs: Date.UTC(2026, 10, 1),
    question: '『よつばと！』の3巻はありますか？',
    answer: 'はい、在庫があります。',
    language: 'ja',
    toolRounds: [],
    outcome: 'complete',
    model: 'haiku',
    usage: { inputTokens: 500, outputTokens: 300 },
    costUsd: 0.0005,
    ...fields,
  };
}
