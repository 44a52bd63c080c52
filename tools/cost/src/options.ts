import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

/** Every input of both models; shares and ratios are between 0 and 1, tokens are per call. */
export interface CostInputs {
  messages: number;
  haikuShare: number;
  input: number;
  output: number;
  cacheHits: number;
  haiku: string;
  sonnet: string;
  question: number;
  prefix: number;
  context: number;
  calls: number;
  retries: number;
  singleTurn: number;
  promptCacheHits: number;
  peak: number;
  maxTokens: number;
  other: readonly { name: string; usdPerDay: number }[];
  /** When the prices apply, milliseconds since the epoch. */
  atMs: number;
}

export interface CostOptions {
  inputs: CostInputs;
  json: boolean;
}

/** What the command line says is wrong or asked for help; `exitCode` 0 for help, 2 for wrong usage. */
export class UsageError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, text: string) {
    super(text);
    this.exitCode = exitCode;
  }
}

const AFTER_HELP = `
Examples:
  npm run cost
  npm run cost -- --messages 250000 --haiku-share 0.6
  npm run cost -- --prefix 4500 --prompt-cache-hits 0.98
  npm run cost -- --other guardrails=310 --other search=45
  npm run --silent cost -- --json | jq .honest.result.perMonthUsd`;

export function readOptions(args: readonly string[], todayMs = Date.now()): CostOptions {
  const lines: string[] = [];
  const write = (text: string) => void lines.push(text);
  const command = new Command('cost')
    .description("What a day of messages costs on Bedrock: the design study's model, then the honest one.")
    .optionsGroup('Both models:')
    .option('--messages <number>', 'messages a day', atLeast(0), 1_000_000)
    .option('--haiku-share <share>', 'part of the messages that Haiku answers; Sonnet takes the rest', share, 0.8)
    .option('--output <tokens>', 'what a call writes', atLeast(0), 300)
    .option('--cache-hits <ratio>', 'cacheable messages that the response cache answers', share, 0.15)
    .addOption(new Option('--at <yyyy-mm-dd>', 'the day whose prices apply').argParser(day).default(todayMs, 'today'))
    .optionsGroup("The design study's model:")
    .option('--input <tokens>', 'what a call reads', atLeast(0), 500)
    .optionsGroup('The honest model:')
    .option('--haiku <model id>', 'the model behind haiku', 'global.anthropic.claude-haiku-4-5-20251001-v1:0')
    .option('--sonnet <model id>', 'the model behind sonnet', 'global.anthropic.claude-sonnet-4-6')
    .option('--question <tokens>', 'the question itself', atLeast(0), 200)
    .option('--prefix <tokens>', 'system prompt and tools, the same for every call', atLeast(0), 2_500)
    .option('--context <tokens>', 'earlier turns and what was looked up', atLeast(0), 300)
    .option('--calls <number>', 'calls to a model per message: 1, and one for every tool round', atLeast(1), 1.6)
    .option('--retries <share>', 'extra calls, as a part of all calls', share, 0.02)
    .option('--single-turn <share>', 'part of the messages that may be cached at all: those without history', share, 0.4)
    .option('--prompt-cache-hits <ratio>', 'calls that find the prefix in the prompt cache', share, 0.95)
    .option('--peak <factor>', 'busiest minute against the mean', atLeast(1), 8)
    .option('--max-tokens <tokens>', 'what every call reserves of the quota', atLeast(1), 1_024)
    .addOption(new Option('--other <name=usd>', 'what else is paid per day; may be given again').argParser(otherCost).default([], 'nothing'))
    .optionsGroup('Output:')
    .option('--json', 'prints both models with all their parts as JSON', false)
    .addHelpText('after', AFTER_HELP)
    .configureOutput({ writeOut: write, writeErr: write })
    .showHelpAfterError('Try --help.')
    .exitOverride();
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(error.exitCode === 0 ? 0 : 2, lines.join('').trim());
    throw error;
  }
  const { json, at, ...inputs } = command.opts<Omit<CostInputs, 'atMs'> & { json: boolean; at: number }>();
  return { json, inputs: { ...inputs, atMs: at } };
}

function atLeast(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < minimum) throw new InvalidArgumentError(`It is a number of at least ${minimum}.`);
    return value;
  };
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('It is between 0 and 1.');
  return value;
}

function day(text: string): number {
  const atMs = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(atMs)) throw new InvalidArgumentError('It is a day such as 2026-11-15.');
  return atMs;
}

function otherCost(text: string, before: CostInputs['other']): CostInputs['other'] {
  const [, name, usd] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (name === undefined || usd === undefined) throw new InvalidArgumentError('It is a name and US dollars per day, such as guardrails=310.');
  return [...before, { name, usdPerDay: Number(usd) }];
}
