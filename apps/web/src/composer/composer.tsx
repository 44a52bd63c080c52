import { useState, type KeyboardEvent, type MouseEvent, type RefObject, type SubmitEvent } from 'react';
import { modelNamed, MODELS, type ModelAlias } from '../chat/chat-state.ts';
import type { Words } from '../words/words.ts';
import { isSendKey } from './is-send-key.ts';

const MOST_CHARACTERS = 4000;
const COUNT_FROM = 3600;

export interface ComposerProps {
  say: Words;
  field: RefObject<HTMLTextAreaElement | null>;
  model: ModelAlias;
  isAnswering: boolean;
  isStopping: boolean;
  onSend(question: string): void;
  onStop(): void;
  onModel(model: ModelAlias): void;
}

export function Composer({ say, field, model, isAnswering, isStopping, onSend, onStop, onModel }: ComposerProps) {
  const [draft, setDraft] = useState('');
  const left = MOST_CHARACTERS - countCharacters(draft);
  const maySend = !isAnswering && left >= 0 && draft.trim() !== '';

  const send = (): void => {
    if (!maySend) return;
    onSend(draft.trim().toWellFormed());
    setDraft('');
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    send();
  };
  const sendOnEnter = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { key, shiftKey, keyCode, nativeEvent } = event;
    if (!isSendKey({ key, shiftKey, keyCode, isComposing: nativeEvent.isComposing })) return;
    event.preventDefault();
    send();
  };
  const stop = ({ nativeEvent }: MouseEvent): void => {
    onStop();
    // The button that had the focus goes away; on a touch screen the focus would raise the keyboard over the answer.
    const isTouch = 'pointerType' in nativeEvent && nativeEvent.pointerType === 'touch';
    if (!isTouch) field.current?.focus();
  };

  return (
    <form className="composer" onSubmit={submit}>
      <label className="visually-hidden" htmlFor="question">
        {say.questionLabel}
      </label>
      <textarea
        id="question"
        ref={field}
        rows={1}
        value={draft}
        placeholder={say.placeholder}
        aria-describedby="composer-hint composer-count"
        aria-invalid={left < 0}
        enterKeyHint="send"
        autoFocus
        onChange={({ target }) => setDraft(target.value)}
        onKeyDown={sendOnEnter}
      />
      <div className="composer-row">
        <label className="model-choice">
          <span className="visually-hidden">{say.modelLabel}</span>
          <select value={model} onChange={({ target }) => onModel(modelNamed(target.value))}>
            {MODELS.map((name) => (
              <option key={name} value={name}>
                {say.models[name]}
              </option>
            ))}
          </select>
        </label>
        <span id="composer-hint" className="composer-hint">
          {say.hint}
        </span>
        <span id="composer-count" className={left < 0 ? 'composer-count is-over' : 'composer-count'}>
          {left < 0 ? say.tooManyCharacters(-left) : left <= MOST_CHARACTERS - COUNT_FROM ? say.charactersLeft(left) : ''}
        </span>
        {isAnswering ? (
          <button key="stop" type="button" className="button-stop" disabled={isStopping} onClick={stop}>
            {isStopping ? say.stopping : say.stop}
          </button>
        ) : (
          <button key="send" type="submit" className="button-send" disabled={!maySend}>
            {say.send}
          </button>
        )}
      </div>
    </form>
  );
}

/** Code points, as the gateway counts: 𠮷 is one character. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
