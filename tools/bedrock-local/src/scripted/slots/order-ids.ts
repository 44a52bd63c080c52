const ORDER_ID = /(?<![A-Z0-9])ORD(?:-|\s?-\s?|\s(?=[A-Z0-9]*\d))([A-Z0-9]{8})(?![A-Z0-9])/gi;

/** The code alone, said to be one: 注文番号は7K2M9Q4X. */
const BARE_CODE = /(?:注文番号|\border (?:number|no\.?|id))[^A-Z0-9]{0,6}?(?:は|is\s|:)?\s*(?=[A-Z]*\d)([A-Z0-9]{8})(?![A-Z0-9])/gi;

/** ORD-7K2M9Q4X in any width and case; expects folded text. */
export function readOrderIds(text: string): string[] {
  const ids = [...text.matchAll(ORDER_ID), ...text.matchAll(BARE_CODE)].map(([, code]) => `ORD-${(code ?? '').toUpperCase()}`);
  return [...new Set(ids)];
}

/** Something meant as an order id that is not one. */
export function hasBrokenOrderId(text: string): boolean {
  return readOrderIds(text).length === 0 && /\bORD-?[A-Z0-9]{1,12}\b/i.test(text) && /ORD-|\d/i.test(text) && /\bORD-?\d|\bORD-/i.test(text);
}
