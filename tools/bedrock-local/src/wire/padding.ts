const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const PADDINGS = Array.from(LETTERS, (_, index) => `,"p":"${LETTERS.slice(0, index + 1)}"}`);

/**
 * Bedrock ends every streamed event with a field `p` of random length, so that an observer cannot guess
 * the text from frame sizes. Takes and gives a JSON object as text.
 */
export function withPadding(json: string): string {
  return json.slice(0, -1) + PADDINGS[Math.floor(Math.random() * PADDINGS.length)];
}
