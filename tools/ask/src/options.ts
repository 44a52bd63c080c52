import { LANGUAGES, MODEL_CHOICES, type AnswerLanguage, type ModelChoice } from '@manga-assist/schemas';
import { Command, CommanderError, Option } from 'commander';
import { AskError, EXIT } from './exit-codes.ts';

export interface AskOptions {
  /** `-` reads it from standard input. */
  question: string;
  url: string;
  apiKey: string;
  language: AnswerLanguage;
  model: ModelChoice;
  conversation: string | undefined;
  json: boolean;
}

const AFTER_HELP = `
The answer goes to standard output as it comes; tools, cost and latency go to standard error.
With --json, standard output is the turn's frames of mangaassist.v1, one JSON object per line, from
turn.started to complete, turn.cancelled or error; standard error stays empty but for failures.
Ctrl-C stops the answer and keeps what was said; a second one leaves at once.

Examples:
  npm run ask -- "Do you have volume 3 of Yotsuba?"
  npm run ask -- --model sonnet "ワンピースに似たアクション漫画を教えてください"
  npm run ask -- --language ja "What manga series are similar to One Piece?"
  npm run ask -- --conversation 6f1c1f0e-8d3b-4f39-9f63-0d6a3f0a9c11 "And volume 4?"
  npm run --silent ask -- --json "Hello" | jq -r 'select(.type == "complete").usage'
  echo "Who wrote Berserk?" | npm run --silent ask -- -

Exit codes: 0 answered · 1 the gateway answered with an error · 2 wrong usage · 3 no gateway there · 130 stopped.`;

/** The command line as the person wrote it; `undefined` when it only asked for help. Throws `AskError` for wrong usage. */
export function readOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): AskOptions | undefined {
  const complaints: string[] = [];
  const command = new Command('ask')
    .description('Asks MangaAssist a question from the terminal.')
    .usage('[options] <question | ->')
    .argument('<question...>', 'what to ask; - reads it from standard input')
    .addOption(new Option('--language <language>', 'language of the answer').choices(LANGUAGES).default('auto', 'the language of the question'))
    .addOption(new Option('--model <model>', 'who answers').choices(MODEL_CHOICES).default('haiku'))
    .option('--conversation <id>', 'goes on with an earlier conversation')
    .option('--json', 'prints the frames as JSON lines instead of the answer', false)
    .option('--url <url>', 'the chat gateway (or CHAT_GATEWAY_URL)', usualUrl(environment))
    .option('--api-key <key>', 'who is asking', 'local')
    .addHelpText('after', AFTER_HELP)
    .configureOutput({ writeErr: (text) => complaints.push(text) })
    .showHelpAfterError('Try --help.')
    .exitOverride();
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw new AskError(EXIT.usage, complaints.join('').trim());
  }
  const options = command.opts<Omit<AskOptions, 'question'>>();
  return { ...options, url: checkedUrl(options.url), apiKey: checkedKey(options.apiKey), question: command.args.join(' ') };
}

/** Where the environment says the gateway is, or else where `npm start` puts it with the same variables. */
function usualUrl({ CHAT_GATEWAY_URL: url, CHAT_GATEWAY_PORT: port, PORT_OFFSET: offset }: Readonly<Record<string, string | undefined>>): string {
  return url || `ws://127.0.0.1:${Number(port || 3001) + Number(offset || 0)}/v1/chat`;
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && url.hash === '' && (url.protocol === 'ws:' || url.protocol === 'wss:')) return url.href;
  throw new AskError(EXIT.usage, `error: the gateway's address must begin with ws:// or wss:// and have no #, such as ws://127.0.0.1:3001/v1/chat`);
}

/** Goes into a header, which holds no line breaks and no letters beyond ASCII. */
function checkedKey(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new AskError(EXIT.usage, 'error: an API key is made of ASCII letters, digits and punctuation');
}
