import { describe, expect, it } from '@jest/globals';
import { closeOpenMarks } from './close-open-marks.ts';
import { markdownBlocks } from './markdown-blocks.ts';

describe('blocks of Markdown', () => {
  it('are cut at blank lines', () => {
    expect(markdownBlocks('一\n二\n\n三\n\n\n四').map((block) => block.trimEnd())).toEqual(['一\n二', '三', '四']);
  });

  it('keep a list whole, loose items and their paragraphs included', () => {
    const list = '1. 一\n\n   作者\n\n2. 二';

    expect(markdownBlocks(`${list}\n\n終わり`).map((block) => block.trimEnd())).toEqual([list, '終わり']);
  });

  it('keep a code fence whole', () => {
    const code = '```\na\n\nb\n```';

    expect(markdownBlocks(`${code}\n\n次`).map((block) => block.trimEnd())).toEqual([code, '次']);
  });

  it('lose nothing', () => {
    const text = '一\n\n- 二\n- 三\n\n~~~\n四\n\n五';

    expect(markdownBlocks(text).join('\n')).toBe(text);
  });

  it('are none for an empty text', () => {
    expect(markdownBlocks('')).toEqual([]);
  });
});

describe('open marks of the last block', () => {
  it.each([
    ['**太', '**太**'],
    ['**太字** と **太', '**太字** と **太**'],
    ['**太字**', '**太字**'],
    ['**太字*', '**太字**'],
    ['3. *', '3.'],
    ['3. **', '3.'],
    ['*斜', '*斜*'],
    ['*斜*', '*斜*'],
    ['**太 *斜', '**太 *斜***'],
    ['* 一\n* 二', '* 一\n* 二'],
    ['3 * 4', '3 * 4'],
    ['`code', '`code`'],
    ['あ [紹介', 'あ 紹介'],
    ['あ [紹介](https://exa', 'あ 紹介'],
    ['あ [紹介](https://example.com)', 'あ [紹介](https://example.com)'],
    ['```\n**a', '```\n**a'],
  ])('%j becomes %j', (open, closed) => {
    expect(closeOpenMarks(open)).toBe(closed);
  });
});
