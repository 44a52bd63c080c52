import { createHash } from 'node:crypto';
import type { MessagesRequest } from '../messages/messages-request.ts';
import { readConversation } from './conversation.ts';
import { readFindings } from './findings.ts';
import { readIntent } from './read-intent.ts';
import type { Answer } from './scripted-answer.ts';

/** What the scripted model had in mind: its own reading of the question, as it really was. */
export function thoughtsOn(request: MessagesRequest, { calls }: Answer): string {
  const conversation = readConversation(request);
  const intent = readIntent(conversation);
  const findings = readFindings(conversation);
  const isJapanese = conversation.language === 'ja';
  const parts = [isJapanese ? `ご質問の種類は「${intent.topic}」です。` : `This is a question of the kind "${intent.topic}".`];
  if (intent.title) parts.push(isJapanese ? `作品名は「${intent.title}」のようです。` : `It names "${intent.title}".`);
  if (findings.series.length > 0) parts.push(isJapanese ? `カタログで${findings.series.length}件見つかっています。` : `The catalogue has shown ${findings.series.length} series so far.`);
  if (calls.length > 0) parts.push(isJapanese ? `次に ${calls.map(({ name }) => name).join('、')} を使います。` : `Next I use ${calls.map(({ name }) => name).join(', ')}.`);
  else parts.push(isJapanese ? 'これで答えられます。' : 'I can answer now.');
  return parts.join(isJapanese ? '' : ' ');
}

/** Opaque to callers, and the same for the same thoughts. */
export function signatureOf(thoughts: string): string {
  return createHash('sha512').update(`bedrock-local ${thoughts}`).digest('base64');
}
