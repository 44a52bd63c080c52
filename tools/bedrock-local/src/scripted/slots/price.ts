import { NUMERAL, parseNumeral } from './numerals.ts';

const JAPANESE = new RegExp(`(?:¥\\s*)?(${NUMERAL})\\s*(?:円|¥)\\s*(?:以下|以内|未満|まで|より安い?)(?:で|の)?|¥\\s*(${NUMERAL})\\s*(?:以下|以内|未満|まで)(?:で|の)?`);
const ENGLISH = /\b(?:under|below|less than|cheaper than|up to|at most|no more than|max(?:imum)?(?: of)?)\s*(?:(?:¥|jpy|yen)\s*([\d,]+)|([\d,]+)\s*(?:¥|yen|jpy))(?:\s*(?:each|per volume|a volume))?/i;

/** 1000円以下, ¥800まで, under ¥1,000: the most a volume may cost. */
export function readMaximumPrice(text: string): { yen?: number; rest: string } {
  for (const pattern of [JAPANESE, ENGLISH]) {
    const found = pattern.exec(text);
    const amount = found?.[1] ?? found?.[2];
    if (found && amount) return { yen: parseNumeral(amount), rest: text.replace(found[0], ' ') };
  }
  return { rest: text };
}
