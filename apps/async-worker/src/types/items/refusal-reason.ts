import type { Refusal } from './answer-each.ts';

/** Why a text stands there without an answer, for whoever sent it. */
export const REFUSAL_REASONS: Readonly<Record<Refusal, string>> = {
  blocked: 'The filter of the model stopped this text.',
  cut: 'The answer to this text was longer than allowed.',
  unfit: 'The model gave no usable answer to this text.',
};
