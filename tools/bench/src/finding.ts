/** One line of the report: what was measured, beside the same work done the plainest way in the same run. */
export interface Finding {
  what: string;
  ours: string;
  baseline: string;
  ratio: string;
  /** Server CPU for one unit of work. */
  cpu: string;
}

export const us = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} µs`;
export const ms = (value: number): string => `${value.toFixed(2)} ms`;
export const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;
/** What stands behind a difference that came out below nothing is noise. */
export const added = (value: number): string => `${value < 0 ? '−' : '+'}${ms(Math.abs(value))}`;
