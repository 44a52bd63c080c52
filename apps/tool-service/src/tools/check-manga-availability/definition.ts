import type { ToolDescription } from '@manga-assist/schemas/tools';

export const CHECK_MANGA_AVAILABILITY: ToolDescription = {
  name: 'check_manga_availability',
  description:
    'Check stock and price of a manga series, or of one volume of it. Stock changes by the minute: call this whenever the customer asks about stock, availability or price. ' +
    'Get the manga_id from search_manga_catalog first.',
  input_schema: {
    type: 'object',
    properties: {
      manga_id: { type: 'string', minLength: 1, maxLength: 200, description: "The series' manga_id, such as MNG-7K2M9Q4X." },
      volume: { type: 'integer', minimum: 1, maximum: 9_999, description: 'The number of one volume. Without it the whole series is looked at.' },
    },
    required: ['manga_id'],
    additionalProperties: false,
  },
};
