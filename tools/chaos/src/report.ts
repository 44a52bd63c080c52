/** One thing that was proved, or not. */
export interface Finding {
  name: string;
  isOk: boolean;
  /** What was counted. */
  detail: string;
}

export function finding(name: string, isOk: boolean, detail: string | number): Finding {
  return { name, isOk, detail: String(detail) };
}

/** The findings as a table, and the line that ends every run. */
export function tableOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.map(({ name, isOk, detail }) => `${isOk ? ' ok ' : 'FAIL'}  ${name.padEnd(width)}  ${detail}`);
  const failed = findings.filter(({ isOk }) => !isOk).length;
  return `${lines.join('\n')}\n\n${findings.length - failed} passed, ${failed} failed\n`;
}

/** A few of many, for a line of the table. */
export function some(items: readonly string[]): string {
  return items.length <= 3 ? items.join(', ') : `${items.slice(0, 3).join(', ')} and ${items.length - 3} more`;
}
