type Fields = Record<string, unknown>;

const LEVELS = new Map<unknown, string>([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);
const LEVEL_COLOURS = new Map([
  ['warn', 33],
  ['error', 31],
  ['fatal', 31],
]);
/** Shown elsewhere on the line, or the same on every line of a process. */
const NOT_SHOWN = new Set(['level', 'time', 'msg', 'message', 'pid', 'hostname', 'name', 'service', 'version', 'v', 'err', 'error', 'stack']);
const LONGEST_VALUE = 160;

/** A line of pino's JSON as `12:34:56.789 INFO  the message  key=value`; any other line as it is. */
export function readableLogLine(line: string, hasColour: boolean): string {
  const fields = parsed(line);
  const message = fields?.['msg'] ?? fields?.['message'];
  if (!fields || fields['level'] === undefined) return line;
  const level = LEVELS.get(fields['level']) ?? String(fields['level']).toLowerCase();
  const colour = hasColour ? LEVEL_COLOURS.get(level) : undefined;
  const label = level.toUpperCase().padEnd(5);
  const rest = Object.entries(fields)
    .filter(([key, value]) => !NOT_SHOWN.has(key) && value !== undefined && value !== null && value !== '')
    .map(([key, value]) => `${key}=${shown(value)}`);
  const head = [timeOf(fields['time']), colour ? `\u001b[${colour}m${label}\u001b[39m` : label, message === undefined ? '' : String(message)];
  const text = [...head.filter((part) => part !== ''), ...rest].join(' ');
  const error = errorOf(fields['err'] ?? fields['error'] ?? fields['stack']);
  return error === '' ? text : `${text}\n${indented(error)}`;
}

function parsed(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Fields;
  } catch {
    return undefined;
  }
}

function timeOf(time: unknown): string {
  const date = new Date(typeof time === 'number' || typeof time === 'string' ? time : Number.NaN);
  if (Number.isNaN(date.getTime())) return '';
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? (/[\s"]/.test(value) ? JSON.stringify(value) : value) : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function errorOf(error: unknown): string {
  if (error === undefined || error === null) return '';
  if (typeof error !== 'object') return String(error);
  const { stack, type, message } = error as Fields;
  if (typeof stack === 'string' && stack !== '') return stack;
  return message === undefined ? JSON.stringify(error) : `${String(type ?? 'Error')}: ${String(message)}`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
