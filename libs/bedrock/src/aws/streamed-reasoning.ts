import type { ModelEvent } from '../model-event.ts';

interface Pending {
  text: string;
  signature: string;
  redacted: string;
}

/** The thoughts of one stream: told as they come, and given whole at the end of their block. */
export class StreamedReasoning {
  readonly #pending = new Map<number, Pending>();

  /** `redacted` is base64. */
  add(block: number, piece: Partial<Pending>, events: ModelEvent[]): void {
    let pending = this.#pending.get(block);
    if (!pending) this.#pending.set(block, (pending = { text: '', signature: '', redacted: '' }));
    pending.text += piece.text ?? '';
    pending.signature += piece.signature ?? '';
    pending.redacted += piece.redacted ?? '';
    if (piece.text) events.push({ type: 'reasoning-delta', text: piece.text });
  }

  finish(block: number, events: ModelEvent[]): void {
    const pending = this.#pending.get(block);
    if (!pending) return;
    this.#pending.delete(block);
    const { text, signature, redacted } = pending;
    if (redacted !== '') events.push({ type: 'reasoning', block: { type: 'reasoning', redacted } });
    else events.push({ type: 'reasoning', block: { type: 'reasoning', text, ...(signature !== '' && { signature }) } });
  }
}
