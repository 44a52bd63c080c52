/** @jest-environment jsdom */
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createRef } from 'react';
import { words } from '../words/words-by-language.ts';
import { Composer, type ComposerProps } from './composer.tsx';

/** The composer with what was sent and stopped so far. */
function aComposer(changes: Partial<ComposerProps> = {}): { field: HTMLTextAreaElement; sent: string[]; stops: () => number } {
  const sent: string[] = [];
  let stops = 0;
  render(
    <Composer
      say={words.en}
      field={createRef()}
      model="haiku"
      isAnswering={false}
      isStopping={false}
      onSend={(question) => sent.push(question)}
      onStop={() => stops++}
      onModel={() => undefined}
      {...changes}
    />,
  );
  return { field: screen.getByLabelText(words.en.questionLabel), sent, stops: () => stops };
}

function type(field: HTMLTextAreaElement, text: string): void {
  fireEvent.change(field, { target: { value: text } });
}

afterEach(cleanup);

describe('the composer', () => {
  it('sends with Enter and empties itself', () => {
    const { field, sent } = aComposer();
    type(field, '  よつばと！ ');

    fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });

    expect(sent).toEqual(['よつばと！']);
    expect(field.value).toBe('');
  });

  it('starts a new line with Shift and Enter', () => {
    const { field, sent } = aComposer();
    type(field, 'a');

    expect(fireEvent.keyDown(field, { key: 'Enter', keyCode: 13, shiftKey: true })).toBe(true);
    expect(sent).toEqual([]);
  });

  describe('with an input method', () => {
    it('leaves Enter to the conversion where keydown comes before the end of the composition', () => {
      const { field, sent } = aComposer();
      fireEvent.compositionStart(field);
      type(field, '漫画');

      fireEvent.keyDown(field, { key: 'Enter', keyCode: 229, isComposing: true });
      fireEvent.compositionEnd(field, { data: '漫画' });
      expect(sent).toEqual([]);
      fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });

      expect(sent).toEqual(['漫画']);
    });

    it('leaves Enter to the conversion where the composition ends first, as in Safari', () => {
      const { field, sent } = aComposer();
      fireEvent.compositionStart(field);
      type(field, '漫画');

      fireEvent.compositionEnd(field, { data: '漫画' });
      fireEvent.keyDown(field, { key: 'Enter', keyCode: 229, isComposing: false });
      expect(sent).toEqual([]);
      fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });

      expect(sent).toEqual(['漫画']);
    });

    it('leaves Enter alone where only the composition flag says so', () => {
      const { field, sent } = aComposer();
      type(field, '漫画');

      fireEvent.keyDown(field, { key: 'Enter', keyCode: 13, isComposing: true });

      expect(sent).toEqual([]);
    });
  });

  it('sends nothing but white space, full width included, never', () => {
    const { field, sent } = aComposer();
    type(field, ' \u3000\n');

    fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });

    expect(sent).toEqual([]);
    expect(screen.getByRole('button', { name: 'Send' })).toHaveProperty('disabled', true);
  });

  it('counts characters as readers do, near the end', () => {
    const { field } = aComposer();

    type(field, '𠮷'.repeat(3599));
    expect(screen.queryByText(/left/)).toBeNull();
    type(field, '𠮷'.repeat(3990));

    expect(screen.getByText('10 characters left')).toBeDefined();
  });

  it('does not send what is too long', () => {
    const { field, sent } = aComposer();
    type(field, 'あ'.repeat(4001));

    fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });

    expect(sent).toEqual([]);
    expect(field.value).toHaveLength(4001);
    expect(screen.getByText('1 characters too many')).toBeDefined();
  });

  it('mends half a character before it is sent', () => {
    const { field, sent } = aComposer();
    type(field, 'a\ud83d b');

    fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });

    expect(sent).toEqual(['a\ufffd b']);
  });

  it('offers to stop while an answer runs, and keeps the next draft', () => {
    const { field, sent, stops } = aComposer({ isAnswering: true });
    type(field, 'next');

    fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));

    expect(sent).toEqual([]);
    expect(stops()).toBe(1);
    expect(field.value).toBe('next');
    expect(document.activeElement).toBe(field);
  });
});
