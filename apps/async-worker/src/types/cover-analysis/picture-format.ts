import type { ImageBlock } from '@manga-assist/bedrock';

const SIGNATURES: readonly (readonly [ImageBlock['format'], RegExp])[] = [
  ['png', /^\x89PNG\r\n\x1a\n/],
  ['jpeg', /^\xff\xd8\xff/],
  ['gif', /^GIF8[79]a/],
  ['webp', /^RIFF[^]{4}WEBP/],
];

/** What a picture is by its first bytes; a file's name says nothing. Undefined: none that a model can look at. */
export function pictureFormat(bytes: Uint8Array): ImageBlock['format'] | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  return SIGNATURES.find(([, signature]) => signature.test(start))?.[0];
}
