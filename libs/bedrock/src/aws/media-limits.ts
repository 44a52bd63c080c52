import { AppError } from '@manga-assist/foundation';
import type { DocumentBlock, ImageBlock, ModelRequest } from '../model-request.ts';
import { imageSize } from './image-size.ts';

const MOST_IMAGES = 20;
const MOST_IMAGE_BYTES = 3_750_000;
const MOST_IMAGE_SIDE = 8_000;
const MOST_DOCUMENTS = 5;
const MOST_DOCUMENT_BYTES = 4_500_000;
const IMAGE_FORMATS: readonly string[] = ['png', 'jpeg', 'gif', 'webp'] satisfies ImageBlock['format'][];
const DOCUMENT_FORMATS: readonly string[] = ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'] satisfies DocumentBlock['format'][];
/** Bedrock refuses any other, and more than one space in a row. */
const DOCUMENT_NAME = /^[A-Za-z0-9()[\]-]+(?: [A-Za-z0-9()[\]-]+)*$/;

/** Throws `bedrock.invalid-request` for images and documents that Bedrock would refuse after they had been sent. */
export function checkMedia({ messages }: ModelRequest): void {
  let images = 0;
  let documents = 0;
  for (const { content } of messages) {
    for (const block of content) {
      if (block.type === 'image') {
        images++;
        checkImage(block);
      } else if (block.type === 'document') {
        documents++;
        checkDocument(block);
        if (!content.some((other) => other.type === 'text' && other.text.trim() !== '')) throw refused('A document needs a text beside it.');
      }
    }
  }
  if (images > MOST_IMAGES) throw refused(`A request takes ${MOST_IMAGES} images at most.`);
  if (documents > MOST_DOCUMENTS) throw refused(`A request takes ${MOST_DOCUMENTS} documents at most.`);
}

function checkImage({ format, bytes }: ImageBlock): void {
  if (!IMAGE_FORMATS.includes(format)) throw refused(`An image is one of ${IMAGE_FORMATS.join(', ')}.`);
  if (bytes.length === 0 || bytes.length > MOST_IMAGE_BYTES) throw refused('An image has 3.75 MB at most.');
  const size = imageSize(bytes);
  // A format whose size is not cheaply read is left to Bedrock; a file that is none of the formats is not.
  if (size === 'unknown-format') throw refused('An image is not what it is said to be.');
  if (size.format !== format) throw refused(`An image that is said to be ${format} is ${size.format}.`);
  if (Math.max(size.width ?? 0, size.height ?? 0) > MOST_IMAGE_SIDE) throw refused('An image has 8,000 pixels a side at most.');
}

function checkDocument({ format, name, bytes }: DocumentBlock): void {
  if (!DOCUMENT_FORMATS.includes(format)) throw refused(`A document is one of ${DOCUMENT_FORMATS.join(', ')}.`);
  if (!DOCUMENT_NAME.test(name) || name.length > 200) throw refused('The name of a document has letters, digits, single spaces, hyphens and brackets.');
  if (bytes.length === 0 || bytes.length > MOST_DOCUMENT_BYTES) throw refused('A document has 4.5 MB at most.');
}

function refused(message: string): AppError {
  return new AppError('invalid', 'bedrock.invalid-request', message);
}
