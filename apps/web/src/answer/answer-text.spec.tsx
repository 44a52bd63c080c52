/** @jest-environment jsdom */
import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from '@jest/globals';
import { words } from '../words/words-by-language.ts';
import { AnswerText } from './answer-text.tsx';

function rendered(text: string, isPartial = false): HTMLElement {
  return render(<AnswerText text={text} isPartial={isPartial} say={words.ja} />).container;
}

afterEach(cleanup);

describe('the text of an answer', () => {
  it.each([
    ['**「鬼滅の刃」**は人気です。', '「鬼滅の刃」', '「鬼滅の刃」は人気です。'],
    ['おすすめは**『よつばと！』**です。', '『よつばと！』', 'おすすめは『よつばと！』です。'],
    ['**全15巻（完結）。**続きはありません。', '全15巻（完結）。', '全15巻（完結）。続きはありません。'],
  ])('sets Japanese in bold beside brackets: %s', (markdown, bold, text) => {
    const container = rendered(markdown);

    expect(container.querySelector('strong')?.textContent).toBe(bold);
    expect(container.textContent).toBe(text);
  });

  it('opens https links elsewhere, without telling where the shopper came from', () => {
    const link = rendered('[紹介](https://example.com/a)').querySelector('a');

    expect(link?.href).toBe('https://example.com/a');
    expect(link?.rel).toBe('noopener noreferrer nofollow');
    expect(link?.target).toBe('_blank');
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'http://example.com',
    'data:text/html,x',
    '/session/ticket',
    '//example.com',
    'mailto:a@example.com',
  ])('keeps the words of a link to %s and not the link', (url) => {
    const container = rendered(`[ここ](${url})`);

    expect(container.querySelector('a')).toBeNull();
    expect(container.textContent).toBe('ここ');
  });

  it('shows raw HTML as the text that it is', () => {
    const html = '<img src=x onerror=alert(1)> <script>alert(1)</script>';

    const container = rendered(`a ${html}`);

    expect(container.querySelector('img, script')).toBeNull();
    expect(container.textContent).toBe(`a ${html}`);
  });

  it('loads no image', () => {
    const container = rendered('![表紙](https://example.com/cover.png?q=secret)');

    expect(container.querySelector('img')).toBeNull();
    expect(container.innerHTML).not.toContain('example.com');
    expect(container.textContent).toBe('表紙');
  });

  it('drops characters that reorder or hide text', () => {
    expect(rendered('価格\u202E009\u202C円\u{E0041}').textContent).toBe('価格009円');
  });

  it('keeps headings below those of the page', () => {
    const container = rendered('# 一\n\n##### 二');

    expect([...container.querySelectorAll('h1,h2,h3,h4,h5')].map(({ tagName }) => tagName)).toEqual(['H3', 'H4']);
  });

  it('keeps line breaks, in lists too', () => {
    expect(rendered('一行\n二行\n\n- 題\n  作者').querySelectorAll('br')).toHaveLength(2);
  });

  it('shows half a bold word and half a link as what they will be', () => {
    expect(rendered('これは**「鬼滅', true).innerHTML).toContain('<strong>「鬼滅</strong>');
    expect(rendered('詳しくは[作品の紹介](https://exam', true).textContent).toBe('詳しくは作品の紹介');
    expect(rendered('これは**', true).textContent).toBe('これは');
  });

  it('leaves finished blocks alone while the last one grows', () => {
    const first = '**はい**、あります。\n\n';
    const { container, rerender } = render(<AnswerText text={`${first}次`} isPartial say={words.ja} />);
    const paragraph = container.querySelector('p');

    rerender(<AnswerText text={`${first}次の巻`} isPartial say={words.ja} />);

    expect(container.querySelector('p')).toBe(paragraph);
    expect(container.querySelectorAll('p')[1]?.textContent).toBe('次の巻');
  });
});
